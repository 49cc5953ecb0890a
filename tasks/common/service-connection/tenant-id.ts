import { TaskError } from '../errors/task-error.ts';
import { quote } from '../text/text.ts';

const domainPattern =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// Addresses of "any tenant"; without a dot they are no domain names either.
const anyTenant = '"common", "organizations" and "consumers"';

/**
 * The input `tenantId`: a GUID or a domain name, in lower case; undefined when it is empty. Throws
 * `TENANT_ID_INVALID`.
 */
export function parseTenantId(value: string): string | undefined {
  if (value === '') return undefined;
  if (guid.test(value) || domainPattern.test(value)) return value.toLowerCase();
  throw new TaskError(
    'TENANT_ID_INVALID',
    `The input tenantId is ${quote(value)}. Allowed are a tenant's GUID or one of its domain names, ` +
      `such as "contoso.onmicrosoft.com"; ${anyTenant} stand for no single tenant, and a service ` +
      'connection signs in to exactly one.',
  );
}
