import type { Claims } from './claims.ts';
import { clouds } from '../service-connection/clouds.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import { quote } from '../text/text.ts';

/** Who signed an assertion: Azure DevOps itself (the older kind) or Entra on its behalf. */
export type IssuerKind = 'Azure DevOps issuer' | 'Entra issuer' | 'unknown issuer';

// The hosts of both issuers: learn.microsoft.com/azure/devops/pipelines/release/troubleshoot-workload-identity
const azureDevOpsIssuer =
  /^https:\/\/(?:vstoken\.dev\.azure\.com|app\.vstoken\.visualstudio\.com)\//i;
const entraIssuer = /^https:\/\/login\.[a-z.]+\/[^/]+\/v2\.0\/?$/i;

/** Which kind of issuer an `iss` claim names. */
export function toIssuerKind(issuer: string | undefined): IssuerKind {
  if (issuer !== undefined && azureDevOpsIssuer.test(issuer)) return 'Azure DevOps issuer';
  return issuer !== undefined && entraIssuer.test(issuer) ? 'Entra issuer' : 'unknown issuer';
}

/** The pipeline variable that silences the warning about the old issuer. */
export const silencingVariable = 'EntraToken.silenceIssuerWarning';

/**
 * The warning about the issuer that ends on 2027-07-01 in the public cloud; undefined where it does not
 * apply (learn.microsoft.com/azure/devops/pipelines/release/convert-service-connections).
 */
export function toIssuerWarning(
  claims: Claims | undefined,
  connection: FederatedConnection,
): string | undefined {
  const isPublicCloud = connection.authorityHost === clouds.AzureCloud.authorityHost;
  if (!isPublicCloud || toIssuerKind(claims?.issuer) !== 'Azure DevOps issuer') return undefined;
  // The old subject is sc://<organization>/<project>/<connection>: the only place where a name is.
  const name = /^sc:\/\/[^/]+\/[^/]+\/(.+)$/.exec(claims?.subject ?? '')?.[1];
  const what = name === undefined ? quote(connection.id) : `${quote(name)} (${connection.id})`;
  return (
    `The service connection ${what} still uses the issuer vstoken.dev.azure.com, which Azure DevOps ` +
    'retires on 2027-07-01 for single-tenant applications and managed identities. Convert it before then: ' +
    'Project settings > Service connections > the service connection > Update. ' +
    `To silence this warning, set the pipeline variable ${silencingVariable} to true.`
  );
}
