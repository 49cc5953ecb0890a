import type { AccessToken } from '../../../common/access-token/access-token.ts';
import { readClaims } from '../../../common/assertion/claims.ts';
import { toIssuerKind } from '../../../common/assertion/issuer.ts';
import type { Plan } from './plan.ts';
import type { SignIn, Tool } from './tools/tool.ts';

/** A sign-in that succeeded. */
export interface Done {
  readonly plan: Plan;
  readonly signIn: SignIn;
  readonly token: AccessToken;
  readonly assertion: string;
}

/** The lines of a step that succeeded: who is signed in, which tools, and how long it can last. */
export function toReport({ plan, signIn, token, assertion }: Done): readonly string[] {
  const { inputs, connection, tenantId, proof } = plan;
  const ids = [
    ['application', connection.clientId],
    ['object', readClaims(token.value)?.objectId],
    ['tenant', tenantId],
    ['proved with', proof.id],
    ['assertion from', toIssuerKind(readClaims(assertion)?.issuer)],
    ['correlation', token.correlationId],
    ['request', token.requestId],
  ] as const;
  const lines: readonly (readonly [string, string])[] = [
    ...inputs.tools.map(({ name, describe }: Tool) => [name, describe(signIn)] as const),
    ['entra-token', 'an access token for any resource, in any script: entra-token --help'],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    'Signed in for as long as this job runs, a day at most. No token is in any variable; any later step of this job can get one.',
    ...lines.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    `Audit: ${ids.flatMap(([what, value]) => (value === undefined ? [] : `${what} ${value}`)).join(', ')}`,
  ];
}
