import assert from 'node:assert/strict';
import type { StepTarget } from '../../local/agent/restrictions.ts';
import type { JobVerdict } from '../../local/agent/verdict.ts';
import { runJob } from '../../local/agent/agent.ts';
import { connection, useSampleTasks, writeTask } from './sample-task.ts';

const { id } = connection;

/** A job whose script sends commands about a connection that a later task names, and prints what that task sees. */
async function send(lines: readonly string[], target?: StepTarget): Promise<JobVerdict> {
  const folder = await writeTask(
    `const key = '${id}';
     const { parameters } = JSON.parse(process.env['ENDPOINT_AUTH_' + key]);
     console.log('given: ' + (parameters.apitoken === 'n3w-t0ken'));
     console.log('alone: ' + (process.env['ENDPOINT_AUTH_PARAMETER_' + key + '_APITOKEN'] === 'n3w-t0ken'));
     console.log('shown: ' + parameters.apitoken);
     console.log('url: ' + process.env['ENDPOINT_URL_' + key]);
     console.log('data: ' + process.env['ENDPOINT_DATA_' + key + '_ENVIRONMENT']);`,
    { inputs: [{ name: 'connection', type: 'connectedService:AzureRM', required: true }] },
  );
  const script = lines.map((line) => `echo '${line}'`).join('\n');
  return runJob({
    taskFolders: [folder],
    connections: [connection],
    steps: [
      { kind: 'bash', script, ...(target === undefined ? {} : { target }) },
      { kind: 'task', task: 'Sample@1', inputs: { connection: 'contoso-azure' } },
    ],
  });
}

const token = (more = ''): string =>
  `##vso[task.setendpoint id=${id};field=authParameter;key=apitoken${more}]n3w-t0ken`;

describe('task.setendpoint', () => {
  useSampleTasks();

  it('gives a later task the new value, and masks it', async () => {
    const { result, maskedLog } = await send([token()]);
    assert.equal(result, 'Succeeded', maskedLog.join('\n'));
    for (const line of ['given: true', 'alone: true', 'shown: ***']) {
      assert.ok(maskedLog.includes(line), maskedLog.join('\n'));
    }
    assert.ok(!maskedLog.join('\n').includes('n3w-t0ken'));
  });

  it('changes the address and the data, too', async () => {
    const { maskedLog } = await send([
      `##vso[task.setendpoint id=${id};field=url]https://contoso.example/`,
      `##vso[task.setendpoint id=${id};field=dataParameter;key=environment]Other`,
    ]);
    assert.ok(maskedLog.includes('url: https://contoso.example/'), maskedLog.join('\n'));
    assert.ok(maskedLog.includes('data: Other'));
    assert.ok(maskedLog.includes('given: false'));
  });

  it('is refused where commands are restricted', async () => {
    const { maskedLog, steps } = await send([token()], { commands: 'restricted' });
    assert.deepEqual(steps[0]?.denied, ['task.setendpoint']);
    assert.ok(maskedLog.includes('given: false'), maskedLog.join('\n'));
  });

  for (const [what, line, message] of [
    [
      'without a value',
      `##vso[task.setendpoint id=${id};field=authParameter;key=a]`,
      /Enter a valid value/,
    ],
    ['without a field', `##vso[task.setendpoint id=${id}]x`, /'field' is missing/],
    ['without an id', '##vso[task.setendpoint field=url]x', /'id' is missing/],
    [
      'with an id that is none',
      '##vso[task.setendpoint id=contoso;field=url]x',
      /Invalid endpoint ID/,
    ],
    [
      'for a connection that the job does not have',
      token().replace(id, '22222222-aaaa-4111-8111-111111111111'),
      /not found\. Make sure it is referenced/,
    ],
    ['without a key', `##vso[task.setendpoint id=${id};field=dataParameter]x`, /'key' is missing/],
    [
      'with an address that is none',
      `##vso[task.setendpoint id=${id};field=url]contoso`,
      /valid URL/,
    ],
    [
      'with another field',
      `##vso[task.setendpoint id=${id};field=name;key=a]x`,
      /authParameter, dataParameter or url/,
    ],
  ] as const) {
    it(`fails the step ${what}`, async () => {
      const { steps, maskedLog } = await send([line]);
      assert.equal(steps[0]?.result, 'Failed', maskedLog.join('\n'));
      assert.match(steps[0].issues.errors.join('\n'), message);
      assert.ok(!maskedLog.join('\n').includes('n3w-t0ken'), 'A token is masked in the error.');
    });
  }
});
