import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Way } from '../e2e/support/stage.ts';
import type { Step } from '../local/agent/steps.ts';
import { repository } from '../local/repository.ts';

/** One way to get the token in a job. */
export interface Variant {
  readonly name: string;
  /** Task folder, for those that are no part of the package. */
  readonly taskFolder?: string;
  /** The step with a service connection, by its name. */
  readonly toStep: (connection: string) => Step;
  /** Whether it runs on Node, so that the version matters. */
  readonly onNode: boolean;
}

const folder = join(repository, 'test', 'bench', 'variants');

const nodeVariant = (name: string, taskName: string, taskFolder: string): Variant => ({
  name,
  taskFolder: join(folder, taskFolder),
  toStep: (connection) => ({ kind: 'task', task: `${taskName}@1`, inputs: { connection } }),
  onNode: true,
});

/** The AzureCLI way without its first request: the assertion is handed to it. */
const azureCli: Variant = {
  name: 'AzureCLI way',
  onNode: false,
  toStep: () => ({
    kind: 'bash',
    script: [
      'set -eu',
      'export AZURE_CONFIG_DIR="$AGENT_TEMPDIRECTORY/azure" AZURE_CORE_COLLECT_TELEMETRY=false',
      'az login --service-principal --username "$CLIENT_ID" --tenant "$TENANT_ID" --federated-token "$ASSERTION" --allow-no-subscriptions --output none',
      'token=$(az account get-access-token --resource 499b84ac-1321-427f-aa17-267ca6975798 --query accessToken --output tsv)',
      'echo "##vso[task.setvariable variable=Token;issecret=true]$token"',
    ].join('\n'),
    env: { CLIENT_ID: '$(clientId)', TENANT_ID: '$(tenantId)', ASSERTION: '$(assertion)' },
  }),
};

const packaged = (task: string): Variant => ({
  name: task,
  toStep: (azureSubscription) => ({ kind: 'task', task, inputs: { azureSubscription } }),
  onNode: true,
});

/** The variants that this machine can run on a way; the first is the floor. */
export function listVariants(way: Way): readonly Variant[] {
  const own = [
    nodeVariant('floor: node:https', 'BenchFloor', 'floor'),
    packaged('EntraToken@1'),
    packaged('EntraSignIn@1'),
  ];
  // The others know the public hosts only, and those are behind the proxy.
  if (way === 'direct') return own;
  const hasAzureCli = spawnSync('az', ['version'], { stdio: 'ignore' }).status === 0;
  return [
    ...own,
    nodeVariant('AzurePipelinesCredential script', 'BenchCommonScript', 'common-script'),
    ...(hasAzureCli ? [azureCli] : []),
  ];
}
