import { randomUUID } from 'node:crypto';
import type { RegisteredConnection } from '../services/connection-registry.ts';
import type { Fault } from '../services/faults.ts';
import { readyFaults } from '../services/ready-faults.ts';
import type { World } from '../world.ts';
import type { Failure } from './failure.ts';

// Enough for every retry.
const always = 100;
const connection = 'contoso-azure';

const tenantAndScope = (world: World): readonly string[] => [
  'login.microsoftonline.com',
  world.behind(connection).tenant.id,
  '499b84ac-1321-427f-aa17-267ca6975798/.default',
];

/** A refusal that Entra itself comes to, because something behind the connection is wrong. */
function judged(
  aadsts: number,
  code: Failure['code'],
  name: string,
  spoil: (behind: RegisteredConnection, world: World) => void,
): Failure {
  return {
    name,
    code,
    aadsts,
    provoke: (world) => {
      spoil(world.behind(connection), world);
      return { connection };
    },
    shows: tenantAndScope,
  };
}

/** A refusal that the local Entra cannot come to by itself, or only with a request that we never make. */
function forced(aadsts: number, code: Failure['code'], name: string): Failure {
  return judged(aadsts, code, name, (_, world) =>
    world.entra.failNext({ code: aadsts, times: always }),
  );
}

function answered(name: string, code: Failure['code'], fault: Fault, ...shows: string[]): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      world.faults.next({ service: 'entra', method: 'POST', times: always, fault });
      return { connection };
    },
    shows: () => ['login.microsoftonline.com', ...shows],
  };
}

function credentialOf({ app }: RegisteredConnection): {
  issuer: string;
  subject: string;
  audiences: string[];
} {
  const [credential] = app.federatedIdentityCredentials;
  if (credential === undefined) throw new Error('The application has no credential.');
  return credential;
}

// As a connection with the old issuer was set up once: in its own record and in Entra alike.
function recordNamedSubject(behind: RegisteredConnection, world: World, subject: string): string {
  const { connection, app, federation } = behind;
  const issuer = `https://vstoken.dev.azure.com/${world.organizationId}`;
  app.federatedIdentityCredentials.splice(0, 1, {
    issuer,
    subject,
    audiences: [federation.audience],
  });
  Object.assign(connection.authorization.parameters, {
    workloadIdentityFederationIssuer: issuer,
    workloadIdentityFederationSubject: subject,
  });
  return issuer;
}

/** Refusals of the federated identity credential. */
export const federationFailures: readonly Failure[] = [
  {
    ...judged(
      700213,
      'FEDERATION_SUBJECT_MISMATCH',
      'A credential in Entra with another subject',
      (behind) => {
        credentialOf(behind).subject += '0';
      },
    ),
    typical: true,
  },
  judged(
    700213,
    'FEDERATION_SUBJECT_MISMATCH',
    'A connection that was renamed',
    (behind, world) => {
      // The old kind of subject names the connection; the service now signs the new name.
      const issuer = recordNamedSubject(behind, world, 'sc://contoso/Widgets/old-name');
      Object.assign(behind.federation, { issuer, subject: 'sc://contoso/Widgets/contoso-azure' });
    },
  ),
  judged(
    7002138,
    'FEDERATION_SUBJECT_CASE_MISMATCH',
    'A credential in Entra whose subject differs in case only',
    (behind) => {
      const credential = credentialOf(behind);
      credential.subject = credential.subject.toUpperCase();
    },
  ),
  {
    ...judged(
      700211,
      'FEDERATION_ISSUER_MISMATCH',
      'A credential in Entra that still has the old issuer',
      (behind, world) => {
        credentialOf(behind).issuer = `https://vstoken.dev.azure.com/${world.organizationId}`;
      },
    ),
    typical: true,
  },
  judged(
    700211,
    'FEDERATION_ISSUER_MISMATCH',
    'A connection that was converted to the Entra issuer, and a credential that was not',
    (behind, world) => {
      recordNamedSubject(behind, world, 'sc://contoso/Widgets/contoso-azure');
    },
  ),
  {
    ...judged(
      700212,
      'FEDERATION_AUDIENCE_MISMATCH',
      'A credential in Entra with the audience of another cloud',
      (behind) => {
        credentialOf(behind).audiences = ['api://AzureADTokenExchangeUSGov'];
      },
    ),
    typical: true,
  },
  judged(
    7002121,
    'FEDERATION_AUDIENCE_MISMATCH',
    'A credential in Entra whose audience differs in case only',
    (behind) => {
      credentialOf(behind).audiences = ['api://azureadtokenexchange'];
    },
  ),
  forced(70021, 'FEDERATION_MISMATCH', 'A mismatch that Entra does not explain'),
  judged(
    70025,
    'FEDERATION_CREDENTIAL_MISSING',
    'An application without any credential in Entra',
    ({ app }) => {
      app.federatedIdentityCredentials.length = 0;
    },
  ),
  {
    ...judged(
      70025,
      'FEDERATION_CREDENTIAL_MISSING',
      'An Azure DevOps connection whose application has no credential',
      (_, world) => {
        world.behind('contoso-devops').app.federatedIdentityCredentials.length = 0;
      },
    ),
    provoke: (world) => {
      world.behind('contoso-devops').app.federatedIdentityCredentials.length = 0;
      return { connection: 'contoso-devops' };
    },
  },
  judged(
    700223,
    'FEDERATION_BLOCKED_BY_TENANT',
    'A tenant that allows no federation',
    ({ tenant }) => {
      tenant.federationPolicy = 'disabled';
    },
  ),
  judged(
    700238,
    'FEDERATION_ISSUER_NOT_ALLOWED',
    'A tenant that does not allow this issuer',
    ({ tenant }) => {
      tenant.federationPolicy = { allowedIssuers: ['https://token.actions.githubusercontent.com'] };
    },
  ),
  judged(
    7002381,
    'FEDERATION_ISSUER_NOT_ALLOWED',
    'A tenant that wants a claim which the assertion lacks',
    ({ tenant }) => {
      tenant.federationPolicy = { requiredClaim: 'enterprise' };
    },
  ),
];

/** Refusals of the application and its tenant. */
export const applicationFailures: readonly Failure[] = [
  {
    ...judged(
      700016,
      'APPLICATION_NOT_FOUND',
      'An application that was deleted',
      ({ app }, world) => world.directory.deleteApp(app),
    ),
    typical: true,
  },
  forced(700011, 'APPLICATION_NOT_FOUND', 'An application that the tenant does not know'),
  judged(
    7000229,
    'SERVICE_PRINCIPAL_MISSING',
    'An application without a service principal in the tenant',
    ({ app, tenant }) => void tenant.servicePrincipals.delete(app.clientId),
  ),
  judged(7000112, 'APPLICATION_DISABLED', 'An application that was disabled', ({ app }) => {
    app.enabled = false;
  }),
  forced(700025, 'APPLICATION_IS_PUBLIC_CLIENT', 'An application that is a public client'),
  forced(70001, 'APPLICATION_DISABLED', 'An application that is disabled, in other words'),
  judged(
    70052,
    'APPLICATION_NOT_SINGLE_TENANT',
    'A multitenant application with the Entra issuer',
    ({ app }) => {
      app.multiTenant = true;
    },
  ),
  {
    name: 'A tenant that does not exist',
    code: 'TENANT_NOT_FOUND',
    aadsts: 90002,
    provoke: () => ({ inputs: { tenantId: '99999999-1111-4222-8333-444444444444' } }),
    shows: () => ['99999999-1111-4222-8333-444444444444'],
  },
  {
    name: 'A tenant id in the connection that is none',
    code: 'TENANT_IDENTIFIER_INVALID',
    aadsts: 900023,
    provoke: async (world) => {
      await world.addConnection({ name: 'typing-error', parameters: { tenantid: 'contoso' } });
      return { connection: 'typing-error' };
    },
    shows: () => ["'contoso'"],
  },
  {
    name: 'A tenant of the cloud in China',
    code: 'CLOUD_MISMATCH',
    aadsts: 90038,
    provoke: (world) => ({ inputs: { tenantId: world.behind('fabrikam-china').tenant.id } }),
    shows: (world) => [
      world.behind('fabrikam-china').tenant.id,
      'login.partner.microsoftonline.cn',
    ],
  },
  {
    name: 'A tenant of the cloud of the US government',
    code: 'CLOUD_MISMATCH',
    aadsts: 900382,
    provoke: (world) => ({ inputs: { tenantId: world.behind('fabrikam-government').tenant.id } }),
    shows: (world) => [world.behind('fabrikam-government').tenant.id],
  },
  forced(900432, 'CLOUD_MISMATCH', 'A sign-in across clouds'),
  forced(1000104, 'CLOUD_MISMATCH', 'A cloud that the tenant does not allow'),
  forced(90019, 'TENANT_IDENTIFIER_INVALID', 'A request without a tenant that Entra can make out'),
  forced(500021, 'TENANT_RESTRICTED', 'A proxy that restricts the tenants'),
  forced(500022, 'TENANT_RESTRICTED', 'A proxy that restricts the tenants, second version'),
  forced(50002, 'TENANT_RESTRICTED', 'A proxy that restricts the tenants, in other words'),
  forced(50131, 'CONDITIONAL_ACCESS_BLOCKED', 'A request that looks suspicious'),
  {
    ...judged(
      53003,
      'CONDITIONAL_ACCESS_BLOCKED',
      'A Conditional Access policy for workload identities',
      ({ app }) => {
        app.blockedByConditionalAccess = true;
      },
    ),
    typical: true,
  },
];

/** Refusals of the assertion itself. */
export const assertionFailures: readonly Failure[] = [
  {
    ...judged(700024, 'ASSERTION_EXPIRED', 'An assertion that has expired', ({ federation }) => {
      federation.lifetimeSeconds = -60;
    }),
    typical: true,
  },
  judged(700024, 'ASSERTION_EXPIRED', 'An assertion that is not valid yet', ({ federation }) => {
    federation.notBeforeSeconds = 900;
    federation.lifetimeSeconds = 1800;
  }),
  judged(
    700027,
    'ASSERTION_SIGNATURE_INVALID',
    'An assertion that somebody else signed',
    ({ federation }) => {
      federation.signedBy = 'stranger';
    },
  ),
  forced(50012, 'ASSERTION_SIGNATURE_INVALID', 'A signature that Entra refuses, in other words'),
  forced(50013, 'ASSERTION_INVALID', 'An assertion that Entra does not accept'),
  forced(500133, 'ASSERTION_EXPIRED', 'An assertion that Entra finds too old'),
  forced(50027, 'ASSERTION_INVALID', 'An assertion that Entra cannot read'),
  judged(
    700222,
    'ASSERTION_FROM_ENTRA',
    'A token of Entra in place of an assertion',
    ({ federation }) => {
      federation.subject = randomUUID();
    },
  ),
  forced(700231, 'ASSERTION_FROM_ENTRA', 'An assertion that came out of another federation'),
  {
    ...judged(50166, 'ISSUER_UNREACHABLE', 'An issuer whose keys Entra cannot read', (behind) => {
      const issuer = `https://vstoken.dev.azure.com/${randomUUID()}`;
      behind.federation.issuer = issuer;
      credentialOf(behind).issuer = issuer;
    }),
    typical: true,
  },
  forced(90061, 'ISSUER_UNREACHABLE', 'An issuer whose keys Entra cannot read, in other words'),
];

/** Refusals of the resource, and of everything else. */
export const tokenFailures: readonly Failure[] = [
  forced(500014, 'RESOURCE_DISABLED', 'A resource whose service principal is disabled'),
  forced(50105, 'ROLE_NOT_ASSIGNED', 'A resource that wants an assignment'),
  {
    name: 'A resource that the tenant does not know',
    code: 'RESOURCE_NOT_FOUND',
    aadsts: 500011,
    typical: true,
    provoke: () => ({ inputs: { resource: 'api://my-api' } }),
    shows: () => ['api://my-api/.default'],
  },
  forced(50001, 'RESOURCE_NOT_FOUND', 'A resource that is disabled or not there'),
  forced(650054, 'RESOURCE_NOT_FOUND', 'A resource that has been removed'),
  forced(650052, 'RESOURCE_NOT_PERMITTED', 'A service that the organization has not enabled'),
  forced(650056, 'RESOURCE_NOT_PERMITTED', 'An application without a consent'),
  forced(650057, 'RESOURCE_NOT_PERMITTED', 'A resource that the application did not ask for'),
  forced(70011, 'SCOPE_INVALID', 'A scope that Entra does not understand'),
  forced(1002012, 'SCOPE_INVALID', 'A scope that Entra wants with /.default'),
  forced(28000, 'SCOPE_INVALID', 'A scope with several resources'),
  forced(28002, 'SCOPE_INVALID', 'A scope that Entra finds invalid'),
  forced(28003, 'SCOPE_INVALID', 'A scope that Entra finds empty'),
  forced(901002, 'SCOPE_INVALID', 'A resource where a scope belongs'),
  forced(7000215, 'CLIENT_SECRET_REFUSED', 'A connection whose secret is wrong'),
  forced(7000222, 'CLIENT_SECRET_REFUSED', 'A connection whose secret has expired'),
  answered(
    'Too many requests to Entra',
    'ENTRA_THROTTLED',
    readyFaults.tooManyRequests(1),
    'Too many requests.',
    'Tried 4 times',
  ),
  answered(
    'Too many requests to Entra, with a long wait asked for',
    'ENTRA_THROTTLED',
    readyFaults.tooManyRequests(120),
    'asks to wait 120 s',
  ),
  forced(90055, 'ENTRA_THROTTLED', 'A tenant that is busy'),
  answered(
    'An outage of Entra',
    'ENTRA_UNAVAILABLE',
    readyFaults.outagePage(503),
    'status 503',
    'Tried 4 times',
  ),
  ...[50033, 90006, 90012, 90024, 90033, 90090].map((number) =>
    forced(number, 'ENTRA_UNAVAILABLE', `A passing fault of Entra (${number})`),
  ),
  forced(50196, 'ENTRA_REQUEST_LOOP', 'The same request over and over'),
  {
    ...judged(
      7999999,
      'ENTRA_REQUEST_REJECTED',
      'A refusal that nobody has seen before',
      (_, world) =>
        world.entra.failNext({
          code: 7999999,
          error: 'invalid_request',
          status: 400,
          text: 'The flux capacitor of this tenant is not aligned.',
        }),
    ),
    typical: true,
    shows: (world) => [
      ...tenantAndScope(world),
      'The flux capacitor of this tenant is not aligned.',
      'https://login.microsoftonline.com/error?code=7999999',
    ],
  },
  forced(530004, 'ENTRA_REQUEST_REJECTED', 'A refusal that is meant for guests'),
  {
    ...answered(
      'A refusal of Entra in hostile words',
      'FEDERATION_SUBJECT_MISMATCH',
      readyFaults.hostileEntraError(),
      'AADSTS700213: No matching record.',
    ),
  },
  answered(
    'An answer without an access token',
    'ENTRA_RESPONSE_INVALID',
    { kind: 'json', value: { token_type: 'Bearer', expires_in: 3599 } },
    'holds no access token',
  ),
  answered(
    'An access token without a lifetime',
    'ENTRA_RESPONSE_INVALID',
    { kind: 'edit', edit: (body) => ({ ...body, expires_in: undefined }) },
    'expires_in',
  ),
  answered(
    'An access token with a logging command in it',
    'ENTRA_RESPONSE_INVALID',
    readyFaults.tokenWithCommand(),
  ),
  answered("A company portal's page in place of Entra", 'ENTRA_RESPONSE_INVALID', {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html></html>',
  }),
];
