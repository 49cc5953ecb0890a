import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  keeperMemory,
  keeperOptions,
} from '../../tasks/EntraSignIn/EntraSignInV1/src/keeper-options.ts';
import type { StepMessage } from '../../tasks/EntraSignIn/EntraSignInV1/src/session/messages.ts';
import { requireNode, type NodeMajor } from '../local/nodes.ts';
import { localTask } from '../local/local-package.ts';
import { signAssertion } from '../local/services/oidc-endpoint.ts';
import type { World } from '../local/world.ts';

/** Memory of a keeper over its life. */
export interface KeeperMemory {
  readonly node: NodeMajor;
  /** Resident kilobytes after so many refreshes. */
  readonly samples: readonly { readonly refreshes: number; readonly residentKb: number }[];
}

/** A clock that runs so many times faster, timers included; by Debian's package `faketime`. */
const speed = 50;
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** Why the life of a keeper cannot be squeezed on this machine; undefined when it can. */
export const explainNoSpeed = (): string | undefined =>
  spawnSync('faketime', ['--version']).status === 0
    ? undefined
    : 'no `faketime` on this machine (Debian has it as a package)';

/** Lets a keeper of the package refresh as often as in a long job, and looks at its memory on the way. */
export async function measureKeeper(
  world: World,
  node: NodeMajor,
  marks: readonly number[],
): Promise<KeeperMemory> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-keeper-'));
  const bundle = join(localTask('EntraSignIn'), 'keeper.cjs');
  const child = spawn((await requireNode(node)).path, [...keeperOptions, bundle], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...keeperMemory, LD_PRELOAD: library, FAKETIME: `+0 x${speed}` },
  });
  try {
    await start(child, world, folder);
    const first = countRefreshes(world);
    const samples: { refreshes: number; residentKb: number }[] = [];
    for (const mark of marks) {
      while (countRefreshes(world) - first < mark) await sleep(20);
      samples.push({ refreshes: mark, residentKb: await readResident(child.pid ?? 0) });
    }
    return { node, samples };
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-ended`, { recursive: true, force: true });
  }
}

async function start(child: ChildProcess, world: World, folder: string): Promise<void> {
  const { connection, federation, app, tenant } = world.behind('contoso-azure');
  federation.lifetimeSeconds = 20;
  const { organization, projectId, hub, planId, jobId, accessToken } = world.newJob();
  const origins = ['https://dev.azure.com', 'https://login.microsoftonline.com'];
  const proxy = { url: world.proxy.url, username: '', password: '' };
  const now = Date.now();
  const messages: readonly StepMessage[] = [
    {
      kind: 'settings',
      settings: {
        folder,
        oidcUrl: `https://dev.azure.com/${organization}/${projectId}/_apis/distributedtask/hubs/${hub}/plans/${planId}/jobs/${jobId}/oidctoken`,
        connectionId: connection.id,
        jobToken: accessToken,
        identity: {
          authorityHost: 'https://login.microsoftonline.com',
          tenantId: tenant.id,
          clientId: app.clientId,
          cloud: 'AzureCloud',
        },
        network: {
          proxies: Object.fromEntries(origins.map((origin) => [origin, proxy])),
          caFile: world.caFile,
        },
      },
    },
    {
      kind: 'proof',
      proof: {
        assertion: await signAssertion(federation),
        token: { value: 'none', scope: 'api://none/.default', obtainedOn: now, expiresOn: now },
      },
    },
    { kind: 'go' },
  ];
  for (const message of messages) child.stdin?.write(`${JSON.stringify(message)}\n`);
  if (child.stdout === null) throw new Error('The keeper has no stdout.');
  await once(createInterface(child.stdout), 'line');
}

const countRefreshes = ({ requests }: World): number =>
  requests.filter(({ path }) => path.includes('/oidctoken')).length;

async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
}
