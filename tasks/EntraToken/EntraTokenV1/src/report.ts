import { readClaims } from '../../../common/assertion/claims.ts';
import { toIssuerKind } from '../../../common/assertion/issuer.ts';
import type { Issued } from './variables.ts';

/**
 * A line where the job has a variable of the wanted name already that is no token of an earlier step: whether it is
 * read-only, only the agent knows. Undefined where there is nothing to say.
 */
export function toPresenceLine(name: string, before: string | undefined): string | undefined {
  if (before === undefined || readClaims(before) !== undefined) return undefined;
  return (
    `The job has a variable ${name} already, which this step sets anew. If the pipeline made it read-only, the agent ` +
    'refuses that and fails the step after this line: choose another variableName then.'
  );
}

/** The lines of a step that succeeded: what was set for whom, and what finds it in Entra's logs. */
export function toReport({ inputs, token, resource, ...issued }: Issued): readonly string[] {
  const { resource: requested } = inputs;
  const name = requested.kind === 'preset' ? `${requested.preset} (${resource.id})` : resource.id;
  const expiresOn = token.expiresOn.toISOString();
  const minutes = Math.round((token.expiresOn.getTime() - Date.now()) / 60_000);
  const isOutput = inputs.isOutput ? ', also as an output variable' : '';
  const ids = [
    ['application', issued.connection.clientId],
    ['object', issued.objectId],
    ['tenant', issued.tenantId],
    ['resource', resource.id],
    ['assertion from', toIssuerKind(issued.issuer)],
    ['correlation', token.correlationId],
    ['request', token.requestId],
    ['expires', expiresOn],
  ] as const;
  return [
    `Set the secret variable ${inputs.variableName}${isOutput}: an access token for ${name}, ` +
      `valid until ${expiresOn} (${minutes} minutes).`,
    `Audit: ${ids.flatMap(([what, value]) => (value === undefined ? [] : `${what} ${value}`)).join(', ')}`,
  ];
}
