import type { Claims } from './claims.ts';
import type { FederatedConnection } from './connection.ts';
import type { ErrorCode } from './errors.ts';

/** The lines that explain a refused federation: filled in by the doctor. */
export function toFederationReport(
  _code: ErrorCode,
  _claims: Claims | undefined,
  _connection: FederatedConnection,
): readonly string[] {
  return [];
}
