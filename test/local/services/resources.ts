import { randomUUID } from 'node:crypto';
import { verifyBearer, type AccessTokenVerdict } from './access-token.ts';
import type { ConnectionRegistry } from './connection-registry.ts';
import type { Directory, Tenant } from './directory.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service-request.ts';

type Refused = Exclude<AccessTokenVerdict, { readonly kind: 'valid' }>;

/** Small stand-ins for the Azure services that a token can be for; each refuses in its own words. */
export class AzureResources {
  /** Hosts of all of them. */
  static readonly hosts = [
    'graph.microsoft.com',
    'graph.microsoft.us',
    'microsoftgraph.chinacloudapi.cn',
    'management.azure.com',
    'management.usgovcloudapi.net',
    'management.chinacloudapi.cn',
    '*.vault.azure.net',
  ];

  /** Secrets of the vaults by `<vault>/<name>`. */
  readonly secrets = new Map([['contoso/greeting', 'Hello from Key Vault']]);
  /** Whether the identities have a role at the vaults. */
  grants = true;
  readonly #directory: Directory;
  readonly #registry: ConnectionRegistry;

  constructor(directory: Directory, registry: ConnectionRegistry) {
    this.#directory = directory;
    this.#registry = registry;
  }

  /** Answers a request to one of the hosts. */
  handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const { host } = request;
    if (host.endsWith('.vault.azure.net')) return this.#keyVault(request);
    return host.startsWith('management.') ? this.#resourceManager(request) : this.#graph(request);
  }

  async #graph(request: ServiceRequest): Promise<ServiceAnswer> {
    const verdict = await verifyBearer(request, [`https://${request.host}`]);
    if (verdict.kind !== 'valid') {
      const message = {
        missing: 'Access token is empty.',
        malformed: 'CompactToken parsing failed with error code: 80049217',
        'bad-signature': 'Signature is invalid.',
        expired: 'Lifetime validation failed, the token is expired.',
        'wrong-audience': 'Access token validation failure. Invalid audience.',
      }[verdict.kind];
      return graphError(401, 'InvalidAuthenticationToken', message);
    }
    if (request.url.pathname !== '/v1.0/organization') {
      return graphError(404, 'ResourceNotFound', 'Resource not found.');
    }
    const tenant = this.#tenantOf(verdict);
    return jsonAnswer(200, {
      '@odata.context': `https://${request.host}/v1.0/$metadata#organization`,
      value: [{ id: tenant?.id, displayName: tenant?.name, tenantType: 'AAD' }],
    });
  }

  async #resourceManager(request: ServiceRequest): Promise<ServiceAnswer> {
    const core = request.host.replace('management.azure.com', 'management.windows.net');
    const audiences = [
      `https://${request.host}`,
      `https://${core.replace('management.', 'management.core.')}`,
    ];
    const verdict = await verifyBearer(request, audiences);
    if (verdict.kind !== 'valid') return resourceManagerRefusal(verdict, audiences);
    if (!request.url.searchParams.has('api-version')) {
      return jsonAnswer(400, {
        error: {
          code: 'MissingApiVersionParameter',
          message: 'The api-version query parameter (?api-version=) is required for all requests.',
        },
      });
    }
    if (request.url.pathname !== '/subscriptions') {
      return jsonAnswer(404, { error: { code: 'NotFound', message: 'Not found.' } });
    }
    const tenant = this.#tenantOf(verdict);
    const value = this.#registry.connections
      .filter(
        ({ authorization, data }) =>
          authorization.parameters['serviceprincipalid'] === verdict.claims['appid'] &&
          data['subscriptionId'] !== undefined,
      )
      .map(({ data }) => ({
        id: `/subscriptions/${data['subscriptionId'] ?? ''}`,
        subscriptionId: data['subscriptionId'],
        tenantId: tenant?.id,
        displayName: data['subscriptionName'],
        state: 'Enabled',
      }));
    return jsonAnswer(200, { value, count: { type: 'Total', value: value.length } });
  }

  async #keyVault(request: ServiceRequest): Promise<ServiceAnswer> {
    const verdict = await verifyBearer(request, ['https://vault.azure.net']);
    if (verdict.kind !== 'valid') {
      const found = 'claims' in verdict ? String(verdict.claims.aud) : '';
      const message = {
        missing: 'AKV10000: Request is missing a Bearer or PoP token.',
        malformed: 'AKV10001: Error validating token: IDX12741.',
        'bad-signature': 'AKV10001: Error validating token: IDX10511.',
        expired: 'AKV10001: Error validating token: IDX10223.',
        'wrong-audience': `AKV10022: Invalid audience. Expected https://vault.azure.net, found: ${found}.`,
      }[verdict.kind];
      const tenant = this.#directory.tenants[0]?.id ?? '';
      return jsonAnswer(
        401,
        { error: { code: 'Unauthorized', message } },
        {
          'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="https://vault.azure.net"`,
        },
      );
    }
    // https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
    if (!this.grants) {
      const message = `Caller is not authorized to perform action on resource. Caller: appid=${String(verdict.claims['appid'])}`;
      return jsonAnswer(403, { error: { code: 'Forbidden', message } });
    }
    const [vault = ''] = request.host.split('.');
    const [, name = ''] = /^\/secrets\/([^/]+)\/?$/.exec(request.url.pathname) ?? [];
    const value = this.secrets.get(`${vault}/${name}`);
    if (value === undefined) {
      const message = `A secret with (name/id) ${name} was not found in this key vault.`;
      return jsonAnswer(404, { error: { code: 'SecretNotFound', message } });
    }
    return jsonAnswer(200, {
      value,
      id: `https://${request.host}/secrets/${name}/${randomUUID().replaceAll('-', '')}`,
      attributes: { enabled: true },
    });
  }

  #tenantOf(verdict: { readonly claims: Record<string, unknown> }): Tenant | undefined {
    return this.#directory.findTenant(String(verdict.claims['tid']));
  }
}

function graphError(status: number, code: string, message: string): ServiceAnswer {
  const id = randomUUID();
  return jsonAnswer(status, {
    error: {
      code,
      message,
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        'request-id': id,
        'client-request-id': id,
      },
    },
  });
}

function resourceManagerRefusal(verdict: Refused, audiences: readonly string[]): ServiceAnswer {
  const now = new Date().toISOString();
  const claims = 'claims' in verdict ? verdict.claims : {};
  const allowed = audiences.toReversed().flatMap((each) => [`'${each}/'`, `'${each}'`]);
  const [code, message] = {
    missing: [
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    ],
    malformed: ['InvalidAuthenticationToken', 'The access token is invalid.'],
    'bad-signature': ['InvalidAuthenticationToken', 'The access token is invalid.'],
    expired: [
      'ExpiredAuthenticationToken',
      `The access token expiry UTC time '${new Date((claims.exp ?? 0) * 1000).toISOString()}' is earlier than current UTC time '${now}'.`,
    ],
    'wrong-audience': [
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource '${String(claims.aud)}'. It should exactly match with one of the allowed audiences ${allowed.join(',')}.`,
    ],
  }[verdict.kind];
  return jsonAnswer(401, { error: { code, message } });
}
