import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPipeline } from '../../test/local/run-pipeline.ts';
import { startWorld, type World } from '../../test/local/world.ts';

/** The log of one step, as the agent writes it. */
export interface SampleLog {
  /** Title of the step. */
  readonly title: string;
  readonly hasFailed: boolean;
  readonly lines: readonly string[];
}

const title = 'Get a token for Azure DevOps';
const toPipeline = (connection: string): string => `steps:
  - task: EntraToken@1
    displayName: ${title}
    inputs:
      azureSubscription: ${connection}
`;

const signInTitle = 'Sign in';
const toSignInPipeline = (connection: string): string => `steps:
  - task: EntraSignIn@1
    displayName: ${signInTitle}
    inputs:
      azureSubscription: ${connection}
      tools: azureSdk, terraform, git
`;
/** What the agent writes before a step's own first line, the same for every step: it tells no story. */
const heading = /^(?:=+$|(?:Task|Description|Version|Author|Help) +: )/;

/** What a step writes on a good day, when the project was renamed, and when the whole job is signed in; from runs of the local pipeline. */
export async function runSamples(vsix: string): Promise<{
  readonly success: SampleLog;
  readonly failure: SampleLog;
  readonly signIn: SampleLog;
}> {
  const world = await startWorld();
  try {
    await world.addConnection({ name: 'contoso-production' });
    const success = await runSample(world, vsix, toPipeline('contoso-production'));
    await world.addConnection({ name: 'contoso-staging', issuer: 'azure-devops' });
    world.behind('contoso-staging').federation.subject = 'sc://contoso/Gadgets/contoso-staging';
    const failure = await runSample(world, vsix, toPipeline('contoso-staging'));
    const signIn = await runSample(world, vsix, toSignInPipeline('contoso-production'));
    return { success, failure, signIn: { ...signIn, title: signInTitle } };
  } finally {
    await world.close();
  }
}

async function runSample(world: World, vsix: string, pipeline: string): Promise<SampleLog> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    const file = join(folder, 'pipeline.yml');
    await writeFile(file, pipeline);
    const lines: string[] = [];
    const { result } = await runPipeline(file, {
      world,
      vsix: [vsix],
      node: process.versions.node.startsWith('24.') ? '24' : '20',
      log: (line) => void lines.push(line),
    });
    const own = lines.filter((line) => !heading.test(line));
    return { title, hasFailed: result === 'Failed', lines: toStable(own) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The application ID of Azure DevOps, which is the same everywhere. */
const azureDevOps = '499b84ac-1321-427f-aa17-267ca6975798';
// The federation report writes some with a quote inside.
const guid = /[0-9a-f]{4}"?[0-9a-f]{4}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The same lines for every run: IDs and times are others each time, and a picture needs only some. */
function toStable(lines: readonly string[]): readonly string[] {
  const known = new Map([[azureDevOps, azureDevOps]]);
  const toKnown = (found: string): string => {
    const id = found.replace('"', '');
    const stable = known.get(id) ?? toGuid(known.size + 1);
    known.set(id, stable);
    return found === id ? stable : `${stable.slice(0, 4)}"${stable.slice(4)}`;
  };
  return lines.map((line) =>
    line
      .replace(guid, toKnown)
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-12-01T09:41:00.000Z')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '2026-12-01 08:35:00Z')
      .replaceAll(/\(\d+ minutes\)/g, '(66 minutes)')
      // A job that took as long as those it is for.
      .replace(
        /for \d+ s: 1 assertion, 1 access token,/,
        'for 3 h 10 min: 190 assertions, 4 access tokens,',
      )
      .replaceAll(/again in [\d.]+ s/g, 'again in 3.2 s'),
  );
}

/** A GUID with a look of its own, from a number. */
function toGuid(seed: number): string {
  let state = seed;
  const digits = Array.from({ length: 32 }, (_, index) => {
    state = (state * 48_271 + 11 * index) % 2_147_483_647;
    return index === 12 ? '4' : index === 16 ? 'a' : (state % 16).toString(16);
  }).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
