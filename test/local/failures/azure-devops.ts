import { randomUUID } from 'node:crypto';
import type { Fault } from '../services/faults.ts';
import { readyFaults } from '../services/ready-faults.ts';
import type { World } from '../world.ts';
import type { Failure } from './failure.ts';

// Enough for every retry.
const always = 100;
const idOf = (world: World, name: string): string => world.behind(name).connection.id;

function answered(name: string, code: Failure['code'], fault: Fault, ...shows: string[]): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      world.faults.next({ service: 'azure-devops', times: always, fault });
      return {};
    },
    shows: (world) => [idOf(world, 'contoso-azure'), 'dev.azure.com', ...shows],
  };
}

const refused = (status: number, message: string): Fault => ({
  kind: 'answer',
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    activityid: '5bd1a2f0-7d56-4c2b-9d5f-0f3f0a3c1b11',
    'x-vss-e2eid': '5bd1a2f0-7d56-4c2b-9d5f-0f3f0a3c1b11',
  },
  body: JSON.stringify({ $id: '1', innerException: null, message, errorCode: 0, eventId: 3000 }),
});
const traceId = 'x-vss-e2eid: 5bd1a2f0-7d56-4c2b-9d5f-0f3f0a3c1b11';

/** Refusals of the OIDC endpoint. */
export const oidcFailures: readonly Failure[] = [
  {
    name: 'A connection that the stage does not name',
    code: 'OIDC_CONNECTION_NOT_REFERENCED',
    typical: true,
    provoke: (world) => {
      // The agent has it, the service does not know that the stage refers to it.
      const { connection } = world.behind('contoso-azure');
      return {
        connection: 'unreferenced',
        connections: [
          { ...connection, id: '11111111-2222-4333-8444-555555555555', name: 'unreferenced' },
        ],
      };
    },
    shows: () => [
      '11111111-2222-4333-8444-555555555555',
      'There is no explicit reference to service connection',
      'x-vss-e2eid: ',
    ],
  },
  answered(
    'A job token that is no longer good',
    'OIDC_UNAUTHORIZED',
    refused(
      401,
      "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.",
    ),
    'TF400813',
    traceId,
  ),
  answered(
    'A pipeline that may not use the connection',
    'OIDC_FORBIDDEN',
    refused(403, 'Access denied. The pipeline needs Use permissions to perform the action.'),
    'needs Use permissions',
    traceId,
  ),
  {
    name: 'A job that the service does not know (any more)',
    code: 'OIDC_NOT_FOUND',
    provoke: (world) => ({
      variables: [
        {
          name: 'System.OidcRequestUri',
          value: `https://dev.azure.com/contoso/${world.project.id}/_apis/distributedtask/hubs/build/plans/${randomUUID()}/jobs/${randomUUID()}/oidctoken`,
        },
      ],
    }),
    shows: (world) => [idOf(world, 'contoso-azure'), 'status 404', 'x-vss-e2eid: '],
  },
  answered('A sign-in page (203)', 'OIDC_SIGN_IN_PAGE', readyFaults.signInPage(), 'status 203'),
  answered('A redirect to the sign-in page', 'OIDC_SIGN_IN_PAGE', readyFaults.redirect(), '302'),
  answered(
    "A captive portal's page (200)",
    'OIDC_SIGN_IN_PAGE',
    {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html></html>',
    },
    'status 200',
  ),
  {
    name: 'A connection that the service knows as one with a secret',
    code: 'OIDC_REQUEST_REJECTED',
    provoke: (world) => {
      const federated = world.behind('contoso-azure').connection;
      const { id } = world.behind('contoso-azure-secret').connection;
      return {
        connection: 'half-converted',
        connections: [{ ...federated, id, name: 'half-converted' }],
      };
    },
    shows: (world) => [
      idOf(world, 'contoso-azure-secret'),
      'does not use the workload identity federation scheme',
    ],
  },
  answered('An answer without a token', 'OIDC_RESPONSE_INVALID', { kind: 'json', value: {} }),
  answered(
    'A token with a logging command in it',
    'OIDC_RESPONSE_INVALID',
    readyFaults.tokenWithCommand(),
  ),
  answered(
    'Too many requests',
    'AZURE_DEVOPS_THROTTLED',
    readyFaults.tooManyRequests(1),
    '429',
    'Tried 4 times',
  ),
  answered(
    'Too many requests, with a long wait asked for',
    'AZURE_DEVOPS_THROTTLED',
    readyFaults.tooManyRequests(120),
    'asks to wait 120 s',
  ),
  answered(
    'An outage of Azure DevOps',
    'AZURE_DEVOPS_UNAVAILABLE',
    readyFaults.outagePage(503),
    'status 503',
    'Tried 4 times',
  ),
  answered(
    'A refusal in hostile words',
    'OIDC_FORBIDDEN',
    readyFaults.hostileAzureDevOpsError(),
    'AADSTS700213: No matching record.',
  ),
  {
    ...answered(
      'A refusal where the address had to be looked up',
      'OIDC_FORBIDDEN',
      refused(403, 'Access denied.'),
      'Access denied.',
    ),
    provoke: (world) => {
      world.faults.next({
        method: 'POST',
        path: 'oidctoken',
        fault: refused(403, 'Access denied.'),
      });
      return { profile: 'release-without-oidc-uri' };
    },
  },
];

function verified(
  name: string,
  code: Failure['code'],
  change: (world: World) => void,
  ...shows: string[]
): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      change(world);
      return { inputs: { verify: 'true' } };
    },
    shows: (world) => ['https://dev.azure.com/contoso', objectIdOf(world), ...shows],
  };
}

function objectIdOf(world: World): string {
  const { app, tenant } = world.behind('contoso-azure');
  return tenant.servicePrincipals.get(app.clientId) ?? '';
}

const connectionData = (world: World, fault: Fault): void =>
  world.faults.next({ path: /connectiondata/i, times: always, fault });

/** Refusals of the access token by Azure DevOps, seen by `verify`. */
export const verifyFailures: readonly Failure[] = [
  {
    ...verified(
      'An identity that is no member of the organization',
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      (world) => world.azureDevOps.setAccess('contoso-azure', undefined),
      'TF400813',
      'x-vss-e2eid: ',
    ),
    typical: true,
  },
  verified(
    'An identity that never signed in',
    'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
    (world) => world.azureDevOps.setAccess('contoso-azure', 'sign-in-once'),
    'TF401444',
  ),
  verified(
    'An identity that has not been materialized',
    'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
    (world) => world.azureDevOps.setAccess('contoso-azure', 'not-materialized'),
    'has not been materialized',
  ),
  verified(
    'An identity that is treated as anybody',
    'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
    (world) => world.azureDevOps.setAccess('contoso-azure', 'anonymous'),
  ),
  verified(
    'A Conditional Access policy of Azure DevOps',
    'VERIFY_CONDITIONAL_ACCESS',
    (world) => world.azureDevOps.setAccess('contoso-azure', 'conditional-access'),
    'VS403463',
  ),
  verified(
    'A Conditional Access policy, told by the title of a page',
    'VERIFY_CONDITIONAL_ACCESS',
    (world) =>
      connectionData(world, {
        kind: 'answer',
        status: 403,
        headers: { 'content-type': 'text/html' },
        body: '<html><head><title>VS403463: The conditional access policy defined by your Microsoft Entra administrator has failed.</title></head></html>',
      }),
    'VS403463',
  ),
  verified(
    'An identity without a licence or permission',
    'VERIFY_ACCESS_DENIED',
    (world) => world.azureDevOps.setAccess('contoso-azure', 'no-licence'),
    'TF50309',
  ),
  {
    name: 'An organization that is connected to another tenant',
    code: 'VERIFY_TENANT_MISMATCH',
    typical: true,
    provoke: () => ({ inputs: { verify: 'true', organization: 'fabrikam' } }),
    shows: (world) => [
      'https://dev.azure.com/fabrikam',
      world.behind('contoso-azure').tenant.id,
      world.directory.findTenant('fabrikam.onmicrosoft.com')?.id ?? '(no tenant)',
    ],
  },
  {
    name: 'An organization that does not exist',
    code: 'VERIFY_ORGANIZATION_NOT_FOUND',
    provoke: () => ({ inputs: { verify: 'true', organization: 'contozo' } }),
    shows: () => ['https://dev.azure.com/contozo', 'status 404'],
  },
  verified(
    'A 401 without a reason',
    'VERIFY_TOKEN_REFUSED',
    (world) => connectionData(world, { kind: 'answer', status: 401 }),
    'status 401',
  ),
  verified(
    'A sign-in page in place of the identity',
    'VERIFY_TOKEN_REFUSED',
    (world) => connectionData(world, readyFaults.signInPage()),
    'status 203',
  ),
  verified('An answer without an identity', 'VERIFY_RESPONSE_INVALID', (world) =>
    connectionData(world, { kind: 'json', value: {} }),
  ),
  verified(
    'An outage of Azure DevOps after the token was there',
    'AZURE_DEVOPS_UNAVAILABLE',
    (world) => connectionData(world, readyFaults.outagePage(503)),
    'status 503',
    'Tried 4 times',
  ),
];
