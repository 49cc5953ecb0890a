import type { Resource } from '../../../common/access-token/resources.ts';
import type { Inputs } from './inputs.ts';
import type { FederatedConnection } from '../../../common/service-connection/connection.ts';
import type { AccessToken } from '../../../common/access-token/access-token.ts';
import type { PipelineVariable } from '../../../common/agent/agent.ts';

/** What the following steps get. */
export interface Issued {
  readonly inputs: Inputs;
  readonly token: AccessToken;
  readonly resource: Resource;
  readonly tenantId: string;
  readonly objectId: string | undefined;
  /** Of the assertion. */
  readonly issuer: string | undefined;
  readonly connection: FederatedConnection;
}

/**
 * The variables to set: the token as a secret and, readable, what it is for and whose. As output
 * variables they come in addition, because the agent sets those under `<step>.<name>` only.
 */
export function toVariables(issued: Issued): readonly PipelineVariable[] {
  const { inputs, token, resource, tenantId, objectId, connection } = issued;
  const { variableName, isOutput } = inputs;
  const companions: readonly (readonly [string, string | undefined])[] = [
    ['expiresOn', token.expiresOn.toISOString()],
    ['resource', resource.id],
    ['tenantId', tenantId],
    ['clientId', connection.clientId],
    ['objectId', objectId],
    ['subscriptionId', connection.subscriptionId],
  ];
  const named = [
    { name: variableName, value: token.value, secret: true },
    ...companions.flatMap(([companion, value]) =>
      value === undefined ? [] : [{ name: `${variableName}.${companion}`, value, secret: false }],
    ),
  ];
  return (isOutput ? [false, true] : [false]).flatMap((output) =>
    named.map((variable) => ({ ...variable, isOutput: output })),
  );
}
