import { azureDevOpsError } from './azure-devops-error.ts';
import type { Caller } from './gate.ts';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A call of the REST API that has what the service insists on. */
export interface RestCall {
  readonly request: ServiceRequest;
  readonly caller: Caller;
  /** The address of the project, or of the organization when the call names no project. */
  readonly address: string;
  readonly project: string | undefined;
  readonly body: unknown;
}

/** A route of the API: what is asked of it, with the parts of its path. */
export interface RestRoute {
  readonly method: string;
  /** Of what stands behind `_apis/`. */
  readonly path: RegExp;
  readonly mediaType?: string;
  readonly answer: (call: RestCall, ...parts: string[]) => ServiceAnswer | Promise<ServiceAnswer>;
}

/**
 * Answers by the first route that fits. It refuses what the service refuses: a call without a version,
 * another media type, a body that is none, what is not there.
 */
export async function answerByRoute(
  routes: readonly RestRoute[],
  request: ServiceRequest,
  caller: Caller,
): Promise<ServiceAnswer> {
  const { pathname } = request.url;
  const [, organization = '', project, resource = ''] =
    /^\/([^/]+)(?:\/([^/]+))?\/_apis\/(.+)$/.exec(pathname) ?? [];
  for (const route of routes) {
    const [whole, ...parts] = route.path.exec(resource) ?? [];
    if (whole === undefined || route.method !== request.method) continue;
    if (!hasVersion(request)) return versionMissing(request.method);
    if (route.mediaType !== undefined && !hasMediaType(request, route.mediaType)) {
      return mediaTypeRefused(request);
    }
    const body = route.mediaType === undefined ? undefined : parseJson(request);
    if (route.mediaType !== undefined && body === undefined) return bodyRefused();
    const base = `https://dev.azure.com/${organization}`;
    const address = project === undefined ? base : `${base}/${project}`;
    const call = { request, caller, address, project, body };
    return route.answer(call, ...parts.map(decodeURIComponent));
  }
  return azureDevOpsError(
    404,
    `The controller for path '${pathname}' was not found or does not implement IController.`,
    'HttpException',
    0,
  );
}

/** The refusal of a body that lacks something. */
export const bodyRefused = (): ServiceAnswer =>
  azureDevOpsError(
    400,
    'Value cannot be null. Parameter name: the body of the request',
    'VssPropertyValidationException',
  );

/** In the address, or as a parameter of Accept. */
function hasVersion({ url, headers }: ServiceRequest): boolean {
  return url.searchParams.has('api-version') || /;\s*api-version=/i.test(headers['accept'] ?? '');
}

function hasMediaType(request: ServiceRequest, wanted: string): boolean {
  const [given = ''] = (request.headers['content-type'] ?? '').split(';');
  return given.trim().toLowerCase() === wanted;
}

function parseJson(request: ServiceRequest): unknown {
  try {
    const value = JSON.parse(request.body.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const versionMissing = (method: string): ServiceAnswer =>
  azureDevOpsError(
    400,
    `No api-version was supplied for the "${method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    'VssVersionNotSpecifiedException',
  );

const mediaTypeRefused = (request: ServiceRequest): ServiceAnswer =>
  azureDevOpsError(
    415,
    `The request contains an entity body with a media type '${request.headers['content-type'] ?? ''}' that the server does not support.`,
    'UnsupportedMediaTypeException',
  );
