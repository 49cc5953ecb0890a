import { TaskError } from '../errors/task-error.ts';
import { quote } from '../text/text.ts';

// An organisation's name as Azure DevOps accepts it.
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/i;

// On these, the first part of the path is the organisation.
const servicesHosts: ReadonlySet<string> = new Set(['dev.azure.com', 'vsrm.dev.azure.com']);

/** The address of an organisation (or a collection), in one form for all its host names. */
export interface Organization {
  /** Equal for all addresses of the same organisation. */
  readonly key: string;
  /** Its address for REST calls, never that of Release Management (`vsrm`); no trailing slash. */
  readonly url: URL;
}

/**
 * The organisation that an https address belongs to: `dev.azure.com/<org>`, `vsrm.dev.azure.com/<org>`,
 * `<org>.visualstudio.com` and `<org>.vsrm.visualstudio.com` are one. Undefined for an address that is
 * not https, carries credentials or names no organisation. Elsewhere the whole address is the key.
 */
export function toOrganization(address: URL): Organization | undefined {
  if (address.protocol !== 'https:' || address.username !== '' || address.password !== '') {
    return undefined;
  }
  const services = toServicesOrganization(address);
  if (services !== undefined || servicesHosts.has(address.hostname)) return services;
  const path = address.pathname.replace(/\/+$/, '');
  return {
    key: `${address.origin}${path}`.toLowerCase(),
    url: new URL(`${address.origin}${path}`),
  };
}

function toServicesOrganization(address: URL): Organization | undefined {
  // `host` with its port: another port is another server.
  if (servicesHosts.has(address.host)) {
    const name = address.pathname.split('/')[1] ?? '';
    return namePattern.test(name) ? organization(name, `https://dev.azure.com/${name}`) : undefined;
  }
  const name = /^([^.]+)(?:\.vsrm)?\.visualstudio\.com$/.exec(address.host)?.[1];
  if (name === undefined || !namePattern.test(name)) return undefined;
  return organization(name, `https://${name}.visualstudio.com`);
}

const organization = (name: string, url: string): Organization => ({
  key: `azure-devops-services:${name.toLowerCase()}`,
  url: new URL(url),
});

/** Whether an address lies in the organisation, so that the job's own token may go there. */
export function isWithin(address: URL, home: Organization): boolean {
  const there = toOrganization(address);
  if (there === undefined) return false;
  if (home.key.startsWith('azure-devops-services:')) return there.key === home.key;
  return there.key === home.key || there.key.startsWith(`${home.key}/`);
}

/** Every address under which an organisation is called; one for a collection elsewhere. No trailing slashes. */
export function toAddresses({ key, url }: Organization): readonly string[] {
  const name = /^azure-devops-services:(.+)$/.exec(key)?.[1];
  return name === undefined
    ? [url.href.replace(/\/$/, '')]
    : [`https://dev.azure.com/${name}`, `https://${name}.visualstudio.com`];
}

/**
 * The value of an input that names an organisation: a name, `https://dev.azure.com/<name>`,
 * `https://<name>.visualstudio.com` or an address within the collection that the job runs in. Any other host is
 * `ORGANIZATION_INVALID`.
 */
export function parseOrganization(value: string, home: Organization, input = 'organization'): URL {
  if (namePattern.test(value)) return new URL(`https://dev.azure.com/${value}`);
  const address = URL.canParse(value) ? new URL(value) : undefined;
  const services =
    address?.protocol === 'https:' && address.username === '' && address.password === ''
      ? toServicesOrganization(address)
      : undefined;
  if (services !== undefined) return services.url;
  if (address !== undefined && isWithin(address, home)) return home.url;
  throw new TaskError(
    'ORGANIZATION_INVALID',
    `The input ${input} ${input.endsWith('s') ? 'holds' : 'is'} ${quote(value)}. Allowed are the name of an organization, ` +
      '"https://dev.azure.com/<name>", "https://<name>.visualstudio.com" or the address of the ' +
      'collection that this job runs in; the access token goes nowhere else.',
  );
}
