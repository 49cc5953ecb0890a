import type { Agent } from '../agent/agent.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import type { Claims } from './claims.ts';
import { silencingVariable, toIssuerWarning } from './issuer.ts';

/** Warns once of the old issuer of an assertion, unless the pipeline silences that. */
export function warnOfOldIssuer(
  agent: Pick<Agent, 'readVariable' | 'warn'>,
  claims: Claims | undefined,
  connection: FederatedConnection,
): void {
  const warning = toIssuerWarning(claims, connection);
  if (warning === undefined) return;
  if (agent.readVariable(silencingVariable)?.toLowerCase() === 'true') return;
  agent.warn(warning);
}
