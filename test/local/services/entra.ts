import { randomUUID } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import { aadsts } from './aadsts.ts';
import { signAccessToken, type AccessTokenRequest } from './access-token.ts';
import { cloudOfAuthority, clouds, type Cloud } from './clouds.ts';
import type { App, Directory, FederatedIdentityCredential, Tenant } from './directory.ts';
import type { IssuedSecrets } from './issued-secrets.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service-request.ts';
import { signingKey } from './signing-keys.ts';

/** A refusal that the token endpoint shall give next, whatever is sent to it. */
export interface EntraFailure {
  /** A code of the catalogue; others are answered with `error`, `status` and `text` given here. */
  readonly code: number;
  readonly times?: number;
  readonly error?: string;
  readonly status?: number;
  /** In place of the catalogue's text. */
  readonly text?: string;
  /** Seconds or a date. */
  readonly retryAfter?: number | Date;
}

/** Finds the key that an issuer publishes; undefined when its metadata cannot be read. */
export type IssuerKeys = (issuer: string) => Promise<CryptoKey | undefined>;

/** What Entra needs from its surroundings. */
export interface EntraOptions {
  readonly directory: Directory;
  readonly issued: IssuedSecrets;
  readonly issuerKeys: IssuerKeys;
}

type Context = Record<string, string>;

/** A token request as far as it could be read. */
interface Reading {
  readonly form: URLSearchParams;
  readonly claims: JWTPayload | undefined;
  readonly app: App | undefined;
  readonly tenantName: string;
  readonly context: Context;
}

/** A request refused with a code of the catalogue. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly context: Context;

  constructor(code: number, context: Context = {}) {
    super(`AADSTS${String(code)}`);
    this.code = code;
    this.context = context;
  }
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const domainName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const noSuchPage = jsonAnswer(404, { error: 'not_found' });

/** The local Microsoft Entra ID: discovery, keys and the token endpoint of every cloud. */
export class Entra {
  /** Hosts of all clouds. */
  static readonly hosts = Object.values(clouds).flatMap((cloud) =>
    [cloud.authorityHost].concat(cloud.authorityAliases),
  );

  /** Life of the next access tokens; 60 to 90 minutes at random where undefined, as documented. */
  expiresInSeconds: number | undefined;
  /** What the next access tokens are, whatever was asked for and whatever the answer says of them: expired, for another resource. */
  issuesInstead: Partial<AccessTokenRequest> = {};
  /** How error texts separate their trailing ids: spaces today, line breaks earlier. */
  errorSeparator: ' ' | '\r\n' = ' ';
  readonly #options: EntraOptions;
  readonly #failures: { readonly failure: EntraFailure; times: number }[] = [];

  constructor(options: EntraOptions) {
    this.#options = options;
  }

  /** Refuses the next token requests. */
  failNext(failure: EntraFailure): void {
    this.#failures.push({ failure, times: failure.times ?? 1 });
  }

  /** Forgets the refusals that nobody met yet. */
  clearFailures(): void {
    this.#failures.length = 0;
  }

  /** Answers a request to one of the authority hosts. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const cloud = cloudOfAuthority(request.host);
    if (!cloud) return noSuchPage;
    const path = request.url.pathname;
    const [, tenant = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (rest === '/oauth2/v2.0/token') {
      if (request.method !== 'POST')
        return this.#error(request, cloud, new Refusal(900561, { method: request.method }));
      return this.#token(request, cloud, tenant);
    }
    if (request.method !== 'GET') return noSuchPage;
    if (/^(\/v2\.0)?\/\.well-known\/openid-configuration$/.test(rest)) {
      return this.#openIdConfiguration(request, cloud, tenant);
    }
    if (rest === '/discovery/instance') return instanceDiscovery(cloud);
    if (/^\/discovery\/(v2\.0\/)?keys$/.test(rest)) {
      return jsonAnswer(200, { keys: [(await signingKey('entra')).publicJwk] });
    }
    return noSuchPage;
  }

  async #token(request: ServiceRequest, cloud: Cloud, tenantName: string): Promise<ServiceAnswer> {
    const reading = this.#read(request, cloud, tenantName);
    const forced = this.#failures.find(({ times }) => times > 0);
    if (forced) {
      forced.times -= 1;
      const refusal = new Refusal(forced.failure.code, reading.context);
      return this.#error(request, cloud, refusal, forced.failure);
    }
    try {
      const grant = await this.#judge(request, cloud, reading);
      const expiresInSeconds =
        this.expiresInSeconds ?? 3600 + Math.floor(Math.random() * (90 - 60) * 60);
      const accessToken = await signAccessToken({
        ...grant,
        expiresInSeconds,
        ...this.issuesInstead,
      });
      this.#options.issued.accessTokens.push(accessToken);
      return jsonAnswer(
        200,
        {
          token_type: 'Bearer',
          expires_in: expiresInSeconds,
          ext_expires_in: expiresInSeconds,
          access_token: accessToken,
        },
        entraHeaders(randomUUID()),
      );
    } catch (error) {
      if (error instanceof Refusal) return this.#error(request, cloud, error);
      throw error;
    }
  }

  /** Reads what was presented, good or bad: the values that error texts quote. */
  #read(request: ServiceRequest, cloud: Cloud, tenantName: string): Reading {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const scope = form.get('scope') ?? '';
    const clientId = form.get('client_id') ?? '';
    const claims = readClaims(form.get('client_assertion'));
    const app = this.#options.directory.findApp(clientId);
    return {
      form,
      claims,
      app,
      tenantName,
      context: {
        tenant: tenantName,
        tenantName: this.#options.directory.findTenant(tenantName)?.name ?? tenantName,
        cloud: cloud.authorityHost,
        tenantCloud: cloud.authorityHost,
        clientId,
        appName: app?.name ?? '',
        scope,
        resource: scope.replace(/\/\.default$/, ''),
        grantType: form.get('grant_type') ?? '',
        assertionType: form.get('client_assertion_type') ?? '',
        parameter: 'scope',
        claim: 'enterprise',
        now: instant(Date.now()),
        ...assertionContext(claims),
      },
    };
  }

  /** All checks of the token endpoint; the order among independent ones is an assumption. */
  async #judge(
    request: ServiceRequest,
    cloud: Cloud,
    { form, claims, app: found, tenantName, context }: Reading,
  ): Promise<Omit<AccessTokenRequest, 'expiresInSeconds'>> {
    const refuse: Refuse = (code, more = {}) => {
      throw new Refusal(code, { ...context, ...more });
    };
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (mediaType !== 'application/x-www-form-urlencoded' || !context['grantType']) {
      refuse(900144, { parameter: 'grant_type' });
    }
    if (context['grantType'] !== 'client_credentials') refuse(70003);
    if (!context['clientId']) refuse(900144, { parameter: 'client_id' });

    const tenant = this.#findTenant(tenantName, cloud, refuse);
    const resource = readResource(form, refuse);

    const app = found ?? refuse(700016);
    const objectId = tenant.servicePrincipals.get(app.clientId);
    if (app.homeTenantId !== tenant.id && !app.multiTenant) refuse(700016);
    if (!objectId) return refuse(7000229, { tenant: tenant.id });
    if (!app.enabled) refuse(7000112);

    if (form.has('client_secret')) checkSecret(app, form.get('client_secret') ?? '', refuse);
    else await this.#checkAssertion({ app, tenant, form, claims, refuse });

    if (app.blockedByConditionalAccess) refuse(53003);
    if (!this.#options.directory.hasResource(tenant, resource)) refuse(500011);
    return { app, tenant, objectId, resource };
  }

  #findTenant(name: string, cloud: Cloud, refuse: Refuse): Tenant {
    if (['common', 'organizations', 'consumers'].includes(name.toLowerCase())) refuse(50194);
    if (!guid.test(name) && !domainName.test(name)) refuse(900023);
    const tenant = this.#options.directory.findTenant(name) ?? refuse(90002);
    if (tenant.cloud === cloud.name) return tenant;
    // The public cloud knows of the national ones; they do not know of it.
    if (cloud.name !== 'AzureCloud') refuse(90002);
    return tenant.cloud === 'AzureUSGovernment'
      ? refuse(900382)
      : refuse(90038, { tenantCloud: clouds[tenant.cloud].authorityHost });
  }

  async #checkAssertion(check: {
    app: App;
    tenant: Tenant;
    form: URLSearchParams;
    claims: JWTPayload | undefined;
    refuse: Refuse;
  }): Promise<void> {
    const { app, tenant, form, refuse } = check;
    const assertion = form.get('client_assertion');
    if (!assertion) return refuse(7000218);
    if (!form.has('client_assertion_type')) {
      return refuse(900144, { parameter: 'client_assertion_type' });
    }
    if (form.get('client_assertion_type') !== jwtBearer) return refuse(70002);
    const claims = check.claims ?? refuse(50027);
    const issuer = claims.iss ?? '';
    const subject = claims.sub ?? '';
    const isEntraIssued = cloudOfAuthority(URL.canParse(issuer) ? new URL(issuer).host : '');

    if (isEntraIssued && !subject.startsWith('/eid1/')) refuse(700222);
    if (tenant.federationPolicy === 'disabled') refuse(700223);
    if (app.federatedIdentityCredentials.length === 0) refuse(70025);
    matchCredential(app.federatedIdentityCredentials, issuer, subject, claims.aud, refuse);
    if (isEntraIssued && app.multiTenant) refuse(70052);
    if (typeof tenant.federationPolicy === 'object') {
      const policy = tenant.federationPolicy;
      if ('allowedIssuers' in policy && !policy.allowedIssuers.includes(issuer)) refuse(700238);
      if ('requiredClaim' in policy && !(policy.requiredClaim in claims)) {
        refuse(7002381, { claim: policy.requiredClaim });
      }
    }

    const key = (await this.#options.issuerKeys(issuer)) ?? refuse(50166);
    try {
      await jwtVerify(assertion, key, { algorithms: ['RS256'] });
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) refuse(700027);
      if (error instanceof errors.JWTExpired) refuse(700024);
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf') refuse(700024);
      refuse(50027);
    }
  }

  #openIdConfiguration(request: ServiceRequest, cloud: Cloud, name: string): ServiceAnswer {
    const isTemplate = ['common', 'organizations', 'consumers'].includes(name.toLowerCase());
    const tenant = this.#options.directory.findTenant(name);
    if (!isTemplate && tenant?.cloud !== cloud.name) {
      return this.#error(request, cloud, new Refusal(90002, { tenant: name }));
    }
    const id = isTemplate ? '{tenantid}' : (tenant?.id ?? name);
    const base = `https://${cloud.authorityHost}/${isTemplate ? name : id}`;
    return jsonAnswer(200, {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: [
        'client_secret_post',
        'private_key_jwt',
        'client_secret_basic',
      ],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `https://${cloud.authorityHost}/${id}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      tenant_region_scope: 'EU',
    });
  }

  #error(
    request: ServiceRequest,
    cloud: Cloud,
    { code, context }: Refusal,
    failure?: EntraFailure,
  ): ServiceAnswer {
    const entry = aadsts[code];
    const traceId = randomUUID();
    const form = new URLSearchParams(request.body.toString('utf8'));
    const correlationId =
      form.get('client-request-id') ??
      request.url.searchParams.get('client-request-id') ??
      request.headers['client-request-id'] ??
      randomUUID();
    const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
    const template = failure?.text ?? entry?.text ?? 'An error occurred.';
    const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => context[name] ?? '');
    const retryAfter = failure?.retryAfter;
    return jsonAnswer(
      failure?.status ?? entry?.status ?? 400,
      {
        error: failure?.error ?? entry?.error ?? 'invalid_request',
        error_description: [
          `AADSTS${String(code)}: ${text}`,
          `Trace ID: ${traceId}`,
          `Correlation ID: ${correlationId}`,
          `Timestamp: ${timestamp}`,
        ].join(this.errorSeparator),
        error_codes: [code],
        timestamp,
        trace_id: traceId,
        correlation_id: correlationId,
        error_uri: `https://${cloud.authorityHost}/error?code=${String(code)}`,
        ...(entry?.suberror === undefined ? {} : { suberror: entry.suberror }),
      },
      {
        ...entraHeaders(traceId),
        ...(retryAfter === undefined
          ? {}
          : {
              'retry-after':
                retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter),
            }),
      },
    );
  }
}

type Refuse = (code: number, more?: Context) => never;

function readResource(form: URLSearchParams, refuse: Refuse): string {
  if (form.has('resource')) refuse(901002);
  const asked = form.get('scope') ?? refuse(90014, { parameter: 'scope' });
  // Microsoft's library for Go names these beside the scope, and is served.
  const scope = asked.replace(/ openid offline_access profile$/, '');
  if (scope === '') refuse(28003);
  const scopes = scope.split(' ');
  if (scopes.length > 1) refuse(scopes.some((item) => !item.endsWith('/.default')) ? 70011 : 28000);
  if (/[\u0000-\u0020"\\\u007F-\uFFFF]/.test(scope)) refuse(70011);
  if (!scope.endsWith('/.default')) refuse(1002012);
  return scope.slice(0, -'/.default'.length);
}

function checkSecret(app: App, secret: string, refuse: Refuse): void {
  if (app.secret?.expired && app.secret.value === secret) refuse(7000222);
  if (app.secret?.value !== secret) refuse(7000215);
}

/** Which of the three values is blamed when several differ is an assumption. */
function matchCredential(
  credentials: readonly FederatedIdentityCredential[],
  issuer: string,
  subject: string,
  audience: JWTPayload['aud'],
  refuse: Refuse,
): void {
  const byIssuer = credentials.filter((credential) => credential.issuer === issuer);
  if (byIssuer.length === 0) refuse(700211);
  const bySubject = byIssuer.filter((credential) => credential.subject === subject);
  if (bySubject.length === 0) {
    const wanted = subject.toLowerCase();
    const differsInCase = byIssuer.some(({ subject }) => subject.toLowerCase() === wanted);
    refuse(differsInCase ? 7002138 : 700213);
  }
  const audiences = bySubject.flatMap((credential) => credential.audiences);
  const presented = [audience ?? []].flat();
  if (presented.some((value) => audiences.includes(value))) return;
  const lowerCase = new Set(audiences.map((value) => value.toLowerCase()));
  refuse(presented.some((value) => lowerCase.has(value.toLowerCase())) ? 7002121 : 700212);
}

function readClaims(assertion: string | null): JWTPayload | undefined {
  try {
    return assertion === null ? undefined : decodeJwt(assertion);
  } catch {
    return undefined;
  }
}

function assertionContext(claims: JWTPayload | undefined): Context {
  return {
    issuer: claims?.iss ?? '',
    subject: claims?.sub ?? '',
    audience: [claims?.aud ?? []].flat().join(' '),
    validFrom: instant((claims?.nbf ?? 0) * 1000),
    expiresOn: instant((claims?.exp ?? 0) * 1000),
  };
}

/** Seven decimals, as .NET writes an instant. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}

function entraHeaders(requestId: string): Record<string, string> {
  return {
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    'x-ms-request-id': requestId,
    'x-ms-ests-server': '2.1.19000.9 - WEULR1 ProdSlices',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
}

function instanceDiscovery(cloud: Cloud): ServiceAnswer {
  return jsonAnswer(200, {
    tenant_discovery_endpoint: `https://${cloud.authorityHost}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: Object.values(clouds).map((each) => ({
      preferred_network: each.authorityHost,
      preferred_cache: each.authorityAliases[0],
      aliases: [each.authorityHost, ...each.authorityAliases],
    })),
  });
}
