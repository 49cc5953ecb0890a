import assert from 'node:assert/strict';
import { TaskError, type ErrorCode } from '../../../tasks/common/errors/task-error.ts';
import { toMasks } from '../../../tasks/common/access-token/masks.ts';
import type { AccessToken, TokenRequest } from '../../../tasks/common/access-token/access-token.ts';
import type { ServiceConnection } from '../../../tasks/common/service-connection/service-connection.ts';
import type { Retry } from '../../../tasks/common/network/retry.ts';
import { run, type Collaborators } from '../../../tasks/EntraToken/EntraTokenV1/src/run.ts';
import {
  clientId,
  connectionId,
  createJwt,
  entraIssuer,
  entraSubject,
  inSeconds,
  objectId,
  oldIssuer,
  otherTenantId,
  publicAudience,
  subscriptionId,
  tenantId,
} from '../fixtures.ts';

const jobToken = 'token-of-the-job';
const claims = { iss: entraIssuer, sub: entraSubject, aud: publicAudience };
const minted = (jti: string, seconds = 600, more: object = {}): string =>
  createJwt({ ...claims, jti, exp: inSeconds(seconds), ...more });
const first = minted('first');
const second = minted('second');
const accessToken = createJwt({ oid: objectId, tid: tenantId });
let expiresOn: Date;

interface World {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly data?: object;
  readonly scheme?: string;
  readonly retry?: Retry;
  readonly value?: string;
  /** What each exchange in turn ends with; undefined is a token. */
  readonly exchanges?: readonly (ErrorCode | undefined)[];
  readonly verify?: () => Promise<string>;
  readonly requestAssertion?: () => Promise<string>;
  readonly cancelAt?: 'assertion' | 'exchange' | 'verify';
}

/** One thing that the agent was told, or that went over the wire. */
type Event = readonly [kind: string, ...details: unknown[]];

async function play(world: World) {
  const events: Event[] = [];
  const controller = new AbortController();
  const cancelled = (at: World['cancelAt']): void => {
    if (world.cancelAt === at) controller.abort();
  };
  const connections: Readonly<Record<string, ServiceConnection>> = {
    SYSTEMVSSCONNECTION: {
      url: 'https://dev.azure.com/contoso/',
      scheme: 'OAuth',
      parameters: { AccessToken: jobToken },
      data: undefined,
    },
    [connectionId]: {
      url: 'https://management.azure.com/',
      scheme: world.scheme ?? 'WorkloadIdentityFederation',
      parameters: {
        tenantid: tenantId,
        serviceprincipalid: clientId,
        workloadIdentityFederationIssuer: entraIssuer,
        workloadIdentityFederationSubject: entraSubject,
        ...world.parameters,
      },
      data: JSON.stringify(world.data ?? { environment: 'AzureCloud', subscriptionId }),
    },
  };
  const inputs: Readonly<Record<string, string>> = {
    azureSubscription: connectionId,
    ...world.inputs,
  };
  const variables: Readonly<Record<string, string>> = {
    'System.OidcRequestUri': 'https://dev.azure.com/contoso/p/oidctoken',
    ...world.variables,
  };
  let exchanges = 0;
  let assertions = 0;
  const collaborators: Collaborators = {
    agent: {
      readInput: (name) => inputs[name] ?? '',
      readVariable: (name) => variables[name],
      readServiceConnection: (id) => connections[id],
      mask: (secret) => void events.push(['mask', secret]),
      setVariable: (variable) => void events.push(['set', variable]),
      info: (line) => void events.push(['info', line]),
      debug: (line) => void events.push(['debug', line]),
      warn: (message) => void events.push(['warn', message]),
      succeed: () => void events.push(['succeed']),
      fail: (code, message) => void events.push(['fail', code, message]),
    },
    requestAssertion: async (request) => {
      events.push(['request', request]);
      cancelled('assertion');
      if (world.requestAssertion) return world.requestAssertion();
      return assertions++ === 0 ? first : second;
    },
    connectEarly: ({ origin }) => void events.push(['connect', origin]),
    exchangeToken: async (request): Promise<AccessToken> => {
      events.push(['exchange', request]);
      cancelled('exchange');
      const code = world.exchanges?.[exchanges++];
      if (code !== undefined) throw new TaskError(code, 'Entra says no.');
      return {
        value: world.value ?? accessToken,
        expiresOn,
        correlationId: 'the-correlation',
        requestId: 'the-request',
      };
    },
    verifyToken: async (request) => {
      events.push(['verify', request]);
      cancelled('verify');
      return world.verify ? world.verify() : 'deploy-app';
    },
    retry: world.retry ?? (async (_what, operation) => operation()),
    signal: controller.signal,
  };
  await run(collaborators);
  const of = (kind: string): Event[] => events.filter(([name]) => name === kind);
  return {
    events,
    of,
    results: events.filter(([kind]) => kind === 'succeed' || kind === 'fail'),
    lines: of('info').map(([, line]) => String(line)),
    set: of('set').map(([, variable]) => variable as { name: string; isOutput: boolean }),
    exchanged: of('exchange').map(([, request]) => request as TokenRequest),
    indexOf: (kind: string, detail?: unknown) =>
      events.findIndex(
        ([name, value]) => name === kind && (detail === undefined || value === detail),
      ),
  };
}

type Played = Awaited<ReturnType<typeof play>>;

function assertFailed(played: Played, code: ErrorCode, requests?: number): void {
  assert.equal(played.results.length, 1);
  assert.deepEqual(played.results[0]?.slice(0, 2), ['fail', code]);
  assert.deepEqual(played.set, []);
  const made = played.of('request').length + played.of('exchange').length;
  if (requests !== undefined) assert.equal(made, requests);
}

const withBound = (idToken: unknown): World => ({ parameters: { idToken } });

describe('run', () => {
  // Not when the file is loaded: the tests before may take minutes.
  beforeEach(() => {
    expiresOn = new Date(Date.now() + 3_600_000);
  });
  it('asks for the assertion, exchanges it, sets the variables and succeeds, in this order', async () => {
    const { events, set, exchanged, of } = await play({ inputs: { resource: 'keyVault' } });
    const order = events.map(([kind]) => kind).filter((kind) => kind !== 'info' && kind !== 'mask');
    assert.deepEqual(order, ['request', 'connect', 'exchange', ...set.map(() => 'set'), 'succeed']);
    assert.deepEqual(of('request')[0]?.[1], {
      address: { kind: 'request-uri', url: new URL('https://dev.azure.com/contoso/p/oidctoken') },
      connectionId,
      jobToken,
    });
    assert.deepEqual(exchanged, [
      {
        authorityHost: 'https://login.microsoftonline.com',
        tenantId,
        clientId,
        scope: 'https://vault.azure.net/.default',
        assertion: first,
      },
    ]);
    assert.deepEqual(set, [
      { name: 'EntraToken', value: accessToken, secret: true, isOutput: false },
      ...(
        [
          ['expiresOn', expiresOn.toISOString()],
          ['resource', 'https://vault.azure.net'],
          ['tenantId', tenantId],
          ['clientId', clientId],
          ['objectId', objectId],
          ['subscriptionId', subscriptionId],
        ] as const
      ).map(([name, value]) => ({
        name: `EntraToken.${name}`,
        value,
        secret: false,
        isOutput: false,
      })),
    ]);
  });

  it('masks the assertion before it is exchanged', async () => {
    const { indexOf } = await play({});
    assert.ok(indexOf('mask', first) !== -1);
    assert.ok(indexOf('mask', first) < indexOf('exchange'));
  });

  it('masks every form of the access token before it is used or set', async () => {
    const { indexOf } = await play({ inputs: { verify: 'true' } });
    for (const mask of toMasks(accessToken)) {
      assert.ok(indexOf('mask', mask) !== -1);
      assert.ok(indexOf('mask', mask) < indexOf('verify'));
      assert.ok(indexOf('mask', mask) < indexOf('set'));
    }
  });

  it('writes neither token into any line', async () => {
    const { events } = await play({ inputs: { verify: 'true' } });
    const told = JSON.stringify(
      events.filter(([kind]) => ['info', 'debug', 'warn', 'fail'].includes(kind)),
    );
    for (const secret of [accessToken, first, jobToken]) {
      for (const part of secret.split('.')) assert.ok(!told.includes(part), part);
    }
  });

  it('sets the same names as output variables too with isOutput', async () => {
    const { set, lines } = await play({ inputs: { isOutput: 'true' } });
    const names = (isOutput: boolean): string[] =>
      set.filter((variable) => variable.isOutput === isOutput).map(({ name }) => name);
    assert.equal(names(false).length, 7);
    assert.deepEqual(names(true), names(false));
    assert.ok(lines.some((line) => line.includes('output variable')));
  });

  it('sets no object id where the token cannot be read', async () => {
    const { set } = await play({ value: 'opaque-token' });
    assert.ok(!set.some(({ name }) => name.endsWith('.objectId')));
  });

  it('asks the tenant of the input in place of that of the connection', async () => {
    const { exchanged, set } = await play({ inputs: { tenantId: otherTenantId } });
    assert.equal(exchanged[0]?.tenantId, otherTenantId);
    assert.ok(
      set.some((variable) =>
        JSON.stringify(variable).includes(`"EntraToken.tenantId","value":"${otherTenantId}"`),
      ),
    );
  });

  it("asks the connection's cloud for that cloud's resource", async () => {
    const { exchanged } = await play({
      inputs: { resource: 'microsoftGraph' },
      data: { environment: 'AzureUSGovernment' },
    });
    assert.equal(exchanged[0]?.authorityHost, 'https://login.microsoftonline.us');
    assert.equal(exchanged[0]?.scope, 'https://graph.microsoft.us/.default');
  });

  it('writes one audit line, with everything that finds the sign-in', async () => {
    const { lines } = await play({});
    const audit = lines.filter((line) => line.startsWith('Audit:'));
    assert.equal(audit.length, 1);
    for (const part of [
      `application ${clientId}`,
      `object ${objectId}`,
      `tenant ${tenantId}`,
      'resource 499b84ac-1321-427f-aa17-267ca6975798',
      'Entra issuer',
      'correlation the-correlation',
      'request the-request',
      `expires ${expiresOn.toISOString()}`,
    ]) {
      assert.ok(audit[0]?.includes(part), part);
    }
    assert.ok(lines.some((line) => line.includes('EntraToken') && line.includes('(60 minutes)')));
  });

  describe('before any request', () => {
    for (const [what, world, code] of [
      ['a bad input', { inputs: { resource: 'a b' } }, 'RESOURCE_INVALID'],
      [
        'a dangerous variable name',
        { inputs: { variableName: 'NODE_OPTIONS' } },
        'VARIABLE_NAME_DANGEROUS',
      ],
      [
        'a foreign organisation',
        { inputs: { verify: 'true', organization: 'https://evil.example/' } },
        'ORGANIZATION_INVALID',
      ],
      ['a connection with a secret', { scheme: 'ServicePrincipal' }, 'CONNECTION_USES_SECRET'],
      ['no connection', { inputs: { azureSubscription: 'other' } }, 'CONNECTION_NOT_FOUND'],
      [
        'a preset that the cloud lacks',
        { data: { environment: 'AzureUSGovernment' } },
        'RESOURCE_NOT_IN_CLOUD',
      ],
      [
        'a foreign address',
        { variables: { 'System.OidcRequestUri': 'https://evil.example/' } },
        'OIDC_ADDRESS_FOREIGN',
      ],
    ] as const) {
      it(`fails with ${code} for ${what}`, async () => {
        const played = await play(world);
        assertFailed(played, code, 0);
        assert.deepEqual(played.of('connect'), []);
        assert.match(String(played.results[0]?.[2]), /\nWhat to do: .+\n[A-Z_]+: https:/);
      });
    }
  });

  it('opens the connection to the authority host while the assertion is on its way, for each try', async () => {
    const { events } = await play({
      data: { environment: 'AzureUSGovernment' },
      inputs: { resource: 'azureResourceManager' },
      retry: async (_what, operation) => {
        await operation();
        return operation();
      },
    });
    const authorityHost = ['connect', 'https://login.microsoftonline.us'];
    assert.deepEqual(
      events
        .filter(([kind]) => ['request', 'connect', 'exchange'].includes(kind))
        .map(([kind, what]) => (kind === 'connect' ? [kind, what] : kind)),
      ['request', authorityHost, 'request', authorityHost, 'exchange', 'exchange'],
    );
  });

  describe('a late-bound assertion', () => {
    it('is used in place of a request when it lives for two minutes and more', async () => {
      const bound = minted('bound', 125);
      const { of, exchanged, indexOf } = await play(withBound(bound));
      assert.deepEqual([of('request'), of('connect')], [[], []]);
      assert.equal(exchanged[0]?.assertion, bound);
      assert.ok(indexOf('mask', bound) < indexOf('exchange'));
    });

    for (const [what, bound] of [
      ['lives shorter', minted('bound', 110)],
      ['has expired', minted('bound', -10)],
      ['is for another audience', minted('bound', 600, { aud: 'https://vault.azure.net' })],
      ['is no JWT', 'opaque'],
      ['is no text', 5],
    ] as const) {
      it(`is passed over when it ${what}`, async () => {
        const { of, exchanged } = await play(withBound(bound));
        assert.equal(of('request').length, 1);
        assert.equal(exchanged[0]?.assertion, first);
      });
    }

    it('is replaced by a requested one when Entra calls it stale', async () => {
      const { exchanged } = await play({
        ...withBound(minted('bound')),
        exchanges: ['ASSERTION_EXPIRED'],
      });
      assert.equal(exchanged[1]?.assertion, first);
    });
  });

  describe('a stale assertion', () => {
    for (const code of [
      'ASSERTION_EXPIRED',
      'ASSERTION_SIGNATURE_INVALID',
      'ASSERTION_INVALID',
    ] as const) {
      it(`is replaced once by a fresh, masked one after ${code}`, async () => {
        const { of, exchanged, indexOf, results, lines, events } = await play({
          exchanges: [code],
        });
        assert.equal(of('request').length, 2);
        assert.deepEqual(
          exchanged.map(({ assertion }) => assertion),
          [first, second],
        );
        const last = events.findLastIndex(([kind]) => kind === 'exchange');
        assert.ok(indexOf('mask', second) !== -1 && indexOf('mask', second) < last);
        assert.ok(lines.some((line) => line.includes(code)));
        assert.deepEqual(results, [['succeed']]);
      });

      it(`is not replaced twice after ${code}`, async () => {
        assertFailed(await play({ exchanges: [code, code, undefined] }), code, 4);
      });
    }

    it('is not what another refusal means', async () => {
      assertFailed(
        await play({ exchanges: ['APPLICATION_NOT_FOUND'] }),
        'APPLICATION_NOT_FOUND',
        2,
      );
    });
  });

  describe('on failure', () => {
    it('says the error once, sets nothing, and names the code', async () => {
      const played = await play({ exchanges: ['TENANT_NOT_FOUND'] });
      assertFailed(played, 'TENANT_NOT_FOUND');
      assert.match(
        String(played.results[0]?.[2]),
        /^Entra says no\.\nWhat to do: .+#tenant_not_found$/s,
      );
    });

    it('explains a federation mismatch before it, and nothing else', async () => {
      const mismatch = await play({ exchanges: ['FEDERATION_SUBJECT_MISMATCH'] });
      assertFailed(mismatch, 'FEDERATION_SUBJECT_MISMATCH');
      assert.ok(mismatch.lines.some((line) => line.includes('Federation report')));
      const other = await play({ exchanges: ['TENANT_NOT_FOUND'] });
      assert.deepEqual(other.lines, []);
    });

    it('sets nothing when the assertion cannot be had', async () => {
      const played = await play({
        requestAssertion: () => Promise.reject(new TaskError('OIDC_FORBIDDEN', 'x')),
      });
      assertFailed(played, 'OIDC_FORBIDDEN', 1);
    });

    it('sets nothing when the verification fails', async () => {
      const played = await play({
        inputs: { verify: 'true' },
        verify: () => Promise.reject(new TaskError('VERIFY_ACCESS_DENIED', 'x')),
      });
      assertFailed(played, 'VERIFY_ACCESS_DENIED', 2);
    });

    it('tells nothing of a foreign error but its kind', async () => {
      const played = await play({
        requestAssertion: () => Promise.reject(new TypeError(jobToken)),
      });
      assertFailed(played, 'INTERNAL_ERROR');
      assert.ok(!JSON.stringify(played.results).includes(jobToken));
    });
  });

  describe('verify', () => {
    it('calls the organisation with the token before anything is set, and says who it is', async () => {
      const { of, indexOf, lines } = await play({
        inputs: { verify: 'true', organization: 'fabrikam' },
      });
      assert.deepEqual(of('verify'), [
        ['verify', { organizationUrl: new URL('https://dev.azure.com/fabrikam'), accessToken }],
      ]);
      assert.ok(indexOf('exchange') < indexOf('verify') && indexOf('verify') < indexOf('set'));
      assert.ok(lines.some((line) => line.includes('fabrikam') && line.includes('"deploy-app"')));
    });

    it('is not called without the input', async () => {
      assert.deepEqual((await play({})).of('verify'), []);
    });
  });

  describe('retry', () => {
    it('wraps each request, and says which it was', async () => {
      const whats: string[] = [];
      const retry: Retry = async (what, operation) => {
        whats.push(what);
        return operation();
      };
      await play({ inputs: { verify: 'true' }, retry });
      assert.equal(whats.length, 3);
      for (const [index, word] of ['assertion', 'exchange', 'verify'].entries()) {
        assert.ok(whats[index]?.includes(word), whats[index]);
      }
    });
  });

  describe('cancelled', () => {
    for (const cancelAt of ['assertion', 'exchange', 'verify'] as const) {
      it(`at the ${cancelAt} sets nothing and gives no result, though the request succeeds`, async () => {
        const { set, results } = await play({ cancelAt, inputs: { verify: 'true' } });
        assert.deepEqual([set, results], [[], []]);
      });
    }

    it('gives no result when the request fails because of it', async () => {
      const { set, results } = await play({ cancelAt: 'exchange', exchanges: ['NETWORK_TIMEOUT'] });
      assert.deepEqual([set, results], [[], []]);
    });
  });

  describe('the old issuer', () => {
    const old = minted('old', 600, { iss: oldIssuer, sub: 'sc://contoso/p/My connection' });
    const world = { requestAssertion: async () => old };

    it('is warned of, and the step succeeds', async () => {
      const { of, results } = await play(world);
      assert.equal(of('warn').length, 1);
      assert.match(String(of('warn')[0]?.[1]), /My connection.*2027-07-01/);
      assert.deepEqual(results, [['succeed']]);
    });

    it('is not warned of when the variable silences it', async () => {
      for (const value of ['true', 'True']) {
        const { of } = await play({
          ...world,
          variables: { 'EntraToken.silenceIssuerWarning': value },
        });
        assert.deepEqual(of('warn'), []);
      }
      const { of } = await play({
        ...world,
        variables: { 'EntraToken.silenceIssuerWarning': 'false' },
      });
      assert.equal(of('warn').length, 1);
    });

    it('is not warned of with the Entra issuer', async () => {
      assert.deepEqual((await play({})).of('warn'), []);
    });
  });
});
