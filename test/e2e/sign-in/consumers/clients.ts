import { join } from 'node:path';
import { requireGoProgram } from '../../../local/go-programs.ts';
import { requireNode, type NodeMajor } from '../../../local/nodes.ts';
import { requirePython } from '../../../local/python-packages.ts';
import { repository } from '../../../local/repository.ts';
import type { Session } from '../../support/sign-in.ts';

/** The version of Python's azure-identity that is run. */
export const azureIdentityForPython = 'azure-identity==1.27.0';

/** Where a client's sources are, which are not compiled. */
export const sources = join(repository, 'test', 'e2e', 'sign-in', 'consumers');

/** A program of somebody else's that finds the credential of the job by itself and prints an access token. */
export interface Client {
  readonly name: string;
  /** Its command without the scope; rejects where it cannot be had on this machine. */
  readonly prepare: () => Promise<readonly string[]>;
  readonly scopes: readonly string[];
  /** Beside the environment of the job. */
  readonly environment?: (session: Session) => Readonly<Record<string, string>>;
  /** Whether each process asks Entra itself; else it gets what the keeper holds. */
  readonly asksEntra: boolean;
}

const resources = ['https://management.azure.com/.default', 'https://vault.azure.net/.default'];

// As a script would be handed them; the variables themselves come with the tool azureCli.
const asManagedIdentity = ({ port, key }: Session): Record<string, string> => ({
  IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/managed-identity/token`,
  IDENTITY_HEADER: key,
  AZURE_FEDERATED_TOKEN_FILE: '',
});

type Kind = 'default' | 'workload' | 'managed';

function client(name: string, kind: Kind, prepare: () => Promise<readonly string[]>): Client {
  const credential = {
    default: 'DefaultAzureCredential',
    workload: 'WorkloadIdentityCredential',
    managed: 'ManagedIdentityCredential',
  }[kind];
  return {
    name: `${name}, ${credential}`,
    prepare: async () => [...(await prepare()), kind],
    scopes: resources,
    asksEntra: kind !== 'managed',
    ...(kind === 'managed' ? { environment: asManagedIdentity } : {}),
  };
}

const javascript = (node: NodeMajor, kind: Kind): Client =>
  client(`@azure/identity on Node ${node}`, kind, async () => [
    (await requireNode(node)).path,
    join(import.meta.dirname, 'clients', 'azure-identity.js'),
  ]);

const python = (kind: Kind): Client =>
  client(`azure-identity for Python`, kind, async () => [
    join(await requirePython([azureIdentityForPython]), 'python'),
    join(sources, 'python', 'client.py'),
  ]);

const go = (kind: Kind): Client =>
  client('azidentity for Go', kind, async () => [
    await requireGoProgram(join(sources, 'go'), 'azidentity'),
  ]);

const terraform = (name: string, environment: NonNullable<Client['environment']>): Client => ({
  name: `go-azure-sdk, which Terraform's providers use, ${name}`,
  prepare: async () => [await requireGoProgram(join(sources, 'go'), 'terraform')],
  scopes: [''],
  environment,
  asksEntra: true,
});

/** Every client, in the order of the table in the documentation. */
export const clients = (connectionId: string): readonly Client[] => [
  javascript('24', 'default'),
  javascript('20', 'workload'),
  javascript('20', 'managed'),
  python('default'),
  python('workload'),
  python('managed'),
  go('default'),
  go('workload'),
  go('managed'),
  terraform('in the dialect of GitHub', () => ({})),
  terraform('in the dialect of Azure DevOps', () => ({
    ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: connectionId,
  })),
];
