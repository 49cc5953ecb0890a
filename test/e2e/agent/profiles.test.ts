import assert from 'node:assert/strict';
import { connection, oidcUri, runTask, script, useSampleTasks } from './sample-task.ts';

describe('the profiles of the local agent', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('profile', () => {
    const show = `const { env } = process; console.log(JSON.stringify({ host: env.SYSTEM_HOSTTYPE, oidc: env.SYSTEM_OIDCREQUESTURI, token: 'SECRET_SYSTEM_ACCESSTOKEN' in env || 'SYSTEM_ACCESSTOKEN' in env, url: env.ENDPOINT_URL_SYSTEMVSSCONNECTION, folder: env.SYSTEM_DEFAULTWORKINGDIRECTORY.split(/[\\\\/]/).slice(-2).join() }))`;
    const cases = [
      ['yaml', 'build', 'dev.azure.com/contoso', 'https://dev.azure.com/contoso/', true, '1,s'],
      [
        'release',
        'release',
        'dev.azure.com/contoso',
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
      [
        'release-without-oidc-uri',
        'release',
        undefined,
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
      [
        'visualstudio',
        'build',
        'contoso.visualstudio.com',
        'https://contoso.visualstudio.com/',
        true,
        '1,s',
      ],
      [
        'deployment',
        'deployment',
        'dev.azure.com/contoso',
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
    ] as const;
    for (const [profile, host, oidc, url, token, expectedFolder] of cases) {
      it(`${profile} gives a job what the service gives`, async () => {
        const { step, job } = await runTask(show, { profile });
        assert.deepEqual(JSON.parse(step.rawLines[0]?.text ?? ''), {
          host,
          ...(oidc === undefined ? {} : { oidc: oidcUri(job, oidc) }),
          token,
          url,
          folder: expectedFolder,
        });
      });
    }

    it('fork skips a step with a connection, and no other', async () => {
      const { job } = await runTask('', {
        profile: 'fork',
        manifest: { inputs: [{ name: 'connection', type: 'connectedService:AzureRM' }] },
        step: { inputs: { connection: 'contoso-azure' } },
        connections: [connection],
        after: [{ kind: 'task', task: 'Sample@1' }],
      });
      assert.deepEqual(
        job.steps.map(({ result, attempts }) => [result, attempts]),
        [
          ['Skipped', 0],
          ['Succeeded', 1],
        ],
      );
    });
  });

  describe('world', () => {
    it('leads tasks by the agent’s settings and scripts by the machine’s', async () => {
      const jobs: unknown[] = [];
      const { job, log } = await runTask(
        `const { env } = process; console.log('task', env.AGENT_PROXYURL, env.AGENT_PROXYUSERNAME, env.SECRET_AGENT_PROXYPASSWORD, env.AGENT_CAINFO, env.HTTPS_PROXY, env.NODE_EXTRA_CA_CERTS)`,
        {
          world: {
            organization: 'contoso',
            connections: [],
            caFile: '/ca.pem',
            proxy: { url: 'http://127.0.0.1:1', username: 'u', password: 'p4ss' },
            startJob: (identity) => jobs.push(identity),
          },
          after: [script('echo "script $AGENT_PROXYURL $HTTPS_PROXY $CURL_CA_BUNDLE"')],
        },
      );
      assert.deepEqual(jobs, [job.identity]);
      assert.match(log, /^task http:\/\/127.0.0.1:1 u \*\*\* \/ca.pem undefined undefined$/m);
      assert.match(log, /^script http:\/\/127.0.0.1:1 http:\/\/u:\*\*\*@127.0.0.1:1\/ \/ca.pem$/m);
    });
  });
});
