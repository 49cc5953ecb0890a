import assert from 'node:assert/strict';
import { join } from 'node:path';
import { repository } from '../../local/repository.ts';
import { runPipeline } from '../../local/run-pipeline.ts';
import { startWorld } from '../../local/world.ts';
import { vsix } from '../support/run-task.ts';

describe('An output variable with a token', () => {
  it("is masked in another job, but inside a Basic header only by luck: the task's masks end with its job", async () => {
    const world = await startWorld();
    try {
      const { jobs } = await runPipeline(
        join(repository, 'test', 'local', 'pipelines', 'output-forms.yml'),
        { vsix: [vsix], world },
      );
      const log = jobs[1]?.verdict?.maskedLog ?? [];
      assert.ok(log.includes('plain: ***'), log.join('\n'));
      // The agent masks a secret that a job begins with in base64, too, but at one alignment of three.
      assert.ok(
        log.some((line) => /^basic 'token': \S{0,8}\*\*\*$/.test(line)),
        log.join('\n'),
      );
      const [token = ''] = world.issued.accessTokens;
      assert.ok(log.includes(`basic '': ${Buffer.from(`:${token}`).toString('base64')}`));
    } finally {
      await world.close();
    }
  });
});
