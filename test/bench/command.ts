import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runSignIn } from '../e2e/support/sign-in.ts';
import { requireNode, type NodeMajor } from '../local/nodes.ts';
import type { World } from '../local/world.ts';
import { summarise, type Summary } from './statistics.ts';

/** Times a warm `entra-token` beside the same Node.js doing nothing, one after the other in each round. */
export async function measureCommand(
  world: World,
  node: NodeMajor,
  runs: number,
): Promise<{ readonly bare: Summary; readonly command: Summary }> {
  const { path } = await requireNode(node);
  const times = { bare: [] as number[], command: [] as number[] };
  await runSignIn(world, {
    node,
    during: async ({ env }) => {
      // The first round warms up.
      for (let round = -1; round < runs; round++) {
        const bare = await time(path, ['-e', '0'], env);
        const command = await time('entra-token', [], env);
        if (round < 0) continue;
        times.bare.push(bare);
        times.command.push(command);
      }
    },
  });
  return { bare: summarise(times.bare), command: summarise(times.command) };
}

async function time(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  await once(child, 'exit');
  return performance.now() - startedAt;
}
