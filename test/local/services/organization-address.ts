/** A request's place in an Azure DevOps organisation. */
export interface OrganizationAddress {
  /** Lower case. */
  readonly organization: string;
  /** `core` for the collection itself, else the part before it: `vsrm`, `pkgs`, `vssps`, ... */
  readonly area: string;
  /** Path below the collection, beginning with `/`. */
  readonly path: string;
}

/**
 * Reads `dev.azure.com/<org>`, `<area>.dev.azure.com/<org>`, `<org>.visualstudio.com` and
 * `<org>.<area>.visualstudio.com`, the last two with or without `DefaultCollection`.
 */
export function parseOrganizationAddress(
  host: string,
  pathname: string,
): OrganizationAddress | undefined {
  const modern = /^(?:([a-z0-9]+)\.)?dev\.azure\.com$/.exec(host);
  if (modern) {
    const [, organization, path] = /^\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
    if (!organization) return undefined;
    return {
      organization: organization.toLowerCase(),
      area: modern[1] ?? 'core',
      path: path ?? '/',
    };
  }
  const legacy = /^([a-z0-9-]+)(?:\.([a-z0-9]+))?\.visualstudio\.com$/.exec(host);
  if (!legacy?.[1]) return undefined;
  return {
    organization: legacy[1],
    area: legacy[2] ?? 'core',
    path: pathname.replace(/^\/DefaultCollection(?=\/|$)/i, '') || '/',
  };
}
