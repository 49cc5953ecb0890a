import { toCloud, type Cloud } from '../service-connection/clouds.ts';
import { TaskError } from '../errors/task-error.ts';
import { listOf, quote } from '../text/text.ts';
import { presets, type Preset } from './presets.ts';
import { toMeantPreset } from './service-addresses.ts';

/** What the access token is for: one resource, named as Entra knows it in one cloud. */
export interface Resource {
  /** Application ID URI or application (client) id. */
  readonly id: string;
  /** The only scope a client credential can ask for: all that was granted on the resource. */
  readonly scope: string;
}

/** The input `resource`, checked but not yet resolved for the connection's cloud. */
export type RequestedResource =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'custom'; readonly resource: Resource };

const presetNames = Object.keys(presets) as Preset[];
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const uri = /^[a-z][a-z0-9+.-]*:\S+$/i;
// RFC 6749 section 3.3: the characters of one scope; a space would separate two. Without the square
// brackets, which no application ID URI needs and the agent's commands consist of.
const scopeCharacters = /^[\x21\x23-\x5a\x5e-\x7e]+$/;
const suffix = '/.default';

/**
 * A preset name in any case, or an application ID URI, application (client) ID or scope as it is.
 * Throws a TaskError with `RESOURCE_INVALID` or `RESOURCE_UNKNOWN`, which begins with `source`.
 */
export function parseResource(value: string, source = 'The input resource'): RequestedResource {
  const preset = presetNames.find((name) => name.toLowerCase() === value.toLowerCase());
  if (preset !== undefined) return { kind: 'preset', preset };
  if (!scopeCharacters.test(value)) {
    throw new TaskError(
      'RESOURCE_INVALID',
      `${source} is ${quote(value)}. It must name exactly one resource; spaces, double ` +
        'quotes, backslashes, square brackets, control characters and characters outside ASCII ' +
        'cannot be part of it.',
    );
  }
  const id = value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
  if (!guid.test(id) && !uri.test(id)) {
    throw new TaskError(
      'RESOURCE_UNKNOWN',
      `${source} is ${quote(value)}, which is neither a preset nor an application ID URI ` +
        `(such as "api://my-api"), an application (client) ID or a scope. Presets: ${listOf(presetNames)}.`,
    );
  }
  const meant = toMeantPreset(id);
  if (meant !== undefined) {
    throw new TaskError(
      'RESOURCE_UNKNOWN',
      `${source} is ${quote(value)}, which is an address of a service, and Entra knows no ` +
        `resource by it. Write the preset ${quote(meant)}.`,
    );
  }
  // A resource that ends in "/" keeps it: Entra cuts only "/.default" off to find the resource.
  return { kind: 'custom', resource: { id, scope: `${id}${suffix}` } };
}

/** The resource in the cloud of the connection; `RESOURCE_NOT_IN_CLOUD` where the preset has none. */
export function toResource(
  requested: RequestedResource,
  cloudName: string,
  source = 'The input resource',
): Resource {
  if (requested.kind === 'custom') return requested.resource;
  const ids: Partial<Record<Cloud, string>> = presets[requested.preset];
  const cloud = toCloud(cloudName);
  const id = cloud && ids[cloud];
  if (id === undefined) {
    throw new TaskError(
      'RESOURCE_NOT_IN_CLOUD',
      `${source} is the preset ${quote(requested.preset)}, and the service connection is in ` +
        `${quote(cloudName)}. This preset is known in ${listOf(Object.keys(ids))} only.`,
    );
  }
  return { id, scope: `${id}${suffix}` };
}

/** Whether the token would be for Azure DevOps, written as the preset or as the application (client) ID. */
export function isForAzureDevOps(requested: RequestedResource): boolean {
  return requested.kind === 'preset'
    ? requested.preset === 'azureDevOps'
    : requested.resource.id.toLowerCase() === presets.azureDevOps.AzureCloud;
}
