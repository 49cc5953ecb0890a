import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Step } from '../local/agent/steps.ts';
import { repository } from '../local/repository.ts';

/** One way to get the token in a job. */
export interface Variant {
  readonly name: string;
  /** Task folder, for those that are no part of the package. */
  readonly taskFolder?: string;
  readonly step: Step;
  /** Whether it runs on Node, so that the version matters. */
  readonly onNode: boolean;
}

const folder = join(repository, 'test', 'bench', 'variants');

const nodeVariant = (name: string, taskName: string, taskFolder: string): Variant => ({
  name,
  taskFolder: join(folder, taskFolder),
  step: { kind: 'task', task: `${taskName}@1`, inputs: { connection: 'contoso-azure' } },
  onNode: true,
});

/** The AzureCLI way without its first request: the assertion is handed to it. */
const azureCli: Variant = {
  name: 'AzureCLI way',
  onNode: false,
  step: {
    kind: 'bash',
    script: [
      'set -eu',
      'export AZURE_CONFIG_DIR="$AGENT_TEMPDIRECTORY/azure" AZURE_CORE_COLLECT_TELEMETRY=false',
      'az login --service-principal --username "$CLIENT_ID" --tenant "$TENANT_ID" --federated-token "$ASSERTION" --allow-no-subscriptions --output none',
      'token=$(az account get-access-token --resource 499b84ac-1321-427f-aa17-267ca6975798 --query accessToken --output tsv)',
      'echo "##vso[task.setvariable variable=Token;issecret=true]$token"',
    ].join('\n'),
    env: { CLIENT_ID: '$(clientId)', TENANT_ID: '$(tenantId)', ASSERTION: '$(assertion)' },
  },
};

/** The variants that this machine can run; the first is the floor. */
export function listVariants(): readonly Variant[] {
  const hasAzureCli = spawnSync('az', ['version'], { stdio: 'ignore' }).status === 0;
  return [
    nodeVariant('floor: node:https', 'BenchFloor', 'floor'),
    {
      name: 'EntraToken@1',
      step: {
        kind: 'task',
        task: 'EntraToken@1',
        inputs: { azureSubscription: 'contoso-azure' },
      },
      onNode: true,
    },
    {
      name: 'EntraSignIn@1',
      step: {
        kind: 'task',
        task: 'EntraSignIn@1',
        inputs: { azureSubscription: 'contoso-azure' },
      },
      onNode: true,
    },
    nodeVariant('AzurePipelinesCredential script', 'BenchCommonScript', 'common-script'),
    ...(hasAzureCli ? [azureCli] : []),
  ];
}
