import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgent } from '../local/agent/agent.ts';
import type { NodeMajor } from '../local/nodes.ts';
import { repository } from '../local/repository.ts';
import { signAssertion } from '../local/services/oidc-endpoint.ts';
import type { OpenPlace } from './places.ts';
import type { Variant } from './variants.ts';

/** What one step took. */
export interface Sample {
  /** Milliseconds from the start of the process to its end. */
  readonly wallMs: number;
  readonly requests: number;
}

/** What the process of one step took of the machine. */
export interface Usage {
  /** User and system time of all its threads, in milliseconds. */
  readonly cpuMs: number;
  /** Peak, in kilobytes. */
  readonly memoryKb: number;
}

/** Where and how a sample is taken. */
export interface Setting {
  readonly place: OpenPlace;
  readonly vsix: string;
  readonly node: NodeMajor;
}

const usageHook = join(repository, 'test', 'bench', 'variants', 'report-usage.cjs');

/** Runs the step of a variant once. */
export async function measure(variant: Variant, setting: Setting): Promise<Sample> {
  return runVariant(variant, setting, {});
}

/** Runs it once more with a hook in its process, which costs time of its own. */
export async function measureUsage(variant: Variant, setting: Setting): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-token-bench-'));
  const file = join(folder, 'usage');
  try {
    const hook = { NODE_OPTIONS: `--require "${usageHook}"`, BENCH_USAGE_FILE: file };
    await runVariant(variant, setting, hook);
    return JSON.parse(await readFile(file, 'utf8')) as Usage;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the step of a variant with additions to its environment; throws when it does not succeed. */
export async function runVariant(
  variant: Variant,
  { place, vsix, node }: Setting,
  additions: Readonly<Record<string, string>>,
): Promise<Sample> {
  const { world, connection } = place;
  const agent = await startAgent({
    world,
    node,
    profile: place.profile,
    vsix: variant.taskFolder === undefined ? [vsix] : [],
    taskFolders: variant.taskFolder === undefined ? [] : [variant.taskFolder],
    // Every variant finds the servers in the same way, one that all of them know.
    proxy: null,
    certificates: {},
    machine: { ...place.machine, NODE_PATH: join(repository, 'node_modules'), ...additions },
  });
  try {
    const before = world.requests.length;
    const { federation, app, tenant } = world.behind(connection);
    const verdict = await agent.runJob({
      steps: [variant.toStep(connection)],
      variables: [
        { name: 'clientId', value: app.clientId },
        { name: 'tenantId', value: tenant.id },
        { name: 'assertion', value: await signAssertion(federation, 600), secret: true },
      ],
    });
    const [step] = verdict.steps;
    if (verdict.result !== 'Succeeded' || step === undefined) {
      throw new Error(`${variant.name} failed:\n${verdict.maskedLog.join('\n')}`);
    }
    return { wallMs: step.processMs, requests: world.requests.length - before };
  } finally {
    await agent.close();
  }
}
