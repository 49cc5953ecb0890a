import assert from 'node:assert/strict';
import { parseCommand } from '../../local/agent/command.ts';
import type { World } from '../../local/world.ts';
import type { TaskRun } from './run-task.ts';

/** Every form in which a secret could show: whole, in parts, encoded. */
export function formsOf(secret: string): readonly string[] {
  const segments = secret.split('.').filter((segment) => segment.length >= 16);
  const base64 = Buffer.from(secret).toString('base64');
  return [
    ...new Set([
      secret,
      ...segments,
      base64.slice(0, -4),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ]),
  ];
}

/** Asserts that no secret of the world stands where it should not, after one run of the task. */
export function assertNoLeak(world: World, { job, step, requests }: TaskRun): void {
  const places: readonly (readonly [string, string])[] = [
    ['the log', job.maskedLog.join('\n')],
    [
      'stderr',
      step.rawLines.flatMap((line) => (line.stream === 'stderr' ? line.text : [])).join('\n'),
    ],
    ['the result message, which the agent does not mask', step.completeMessages.join('\n')],
    ['a file', step.filesLeft.map(({ path, content }) => `${path}\n${content}`).join('\n')],
    ['an address', requests.map(({ path }) => path).join('\n')],
    [
      'a variable that is not secret',
      [...job.variables]
        .flatMap(([name, { secret, value }]) => (secret ? [] : `${name}=${value}`))
        .join('\n'),
    ],
  ];
  for (const secret of world.issued.all) {
    for (const form of formsOf(secret)) {
      for (const [place, text] of places) {
        assert.ok(!text.includes(form), `A secret stands in ${place}.`);
      }
    }
  }
  // Passwords of the proxy are left out: the task library itself prints them when debugging, and the
  // agent has masked them since the job began.
  const { assertions, accessTokens, jobTokens } = world.issued;
  for (const secret of [...assertions, ...accessTokens, ...jobTokens]) {
    assertMaskedFirst(
      secret,
      step.rawLines.map(({ text }) => text),
    );
  }
}

// The agent masks nothing in retrospect: the command that registers a value must be its first line,
// and after it only the command that sets it may hold it.
function assertMaskedFirst(secret: string, lines: readonly string[]): void {
  const holding = lines.filter((line) => formsOf(secret).some((form) => line.includes(form)));
  for (const [index, line] of holding.entries()) {
    const command = parseCommand(line);
    const isSetSecret = command?.event === 'setsecret';
    const isSecretVariable =
      command?.event === 'setvariable' && command.properties.get('issecret') === 'true';
    assert.ok(
      isSetSecret || (index > 0 && isSecretVariable),
      'A secret stands in a line that neither masks nor sets it, or before it is masked.',
    );
  }
}
