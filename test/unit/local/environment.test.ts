import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import {
  createMachineEnvironment,
  createScriptEnvironment,
  createTaskEnvironment,
  type EnvironmentSource,
} from '../../local/agent/environment.ts';
import { Variables } from '../../local/agent/variables.ts';

const id = '11111111-aaaa-4111-8111-111111111111';

function createSource(): EnvironmentSource {
  const variables = new Variables();
  variables.set('my.open var-1', 'open');
  variables.set('agent.jobstatus', 'Succeeded');
  variables.set('my.secret', 'hidden', { secret: true });
  const taskVariables = new Variables();
  taskVariables.set('task.var', 'kept', { secret: true });
  return {
    machine: { PATH: '/bin', HOME: '/home/x' },
    env: { ' token ': ' $(my.secret) ', MY_OPEN_VAR: 'x', 'INPUT_A.B': 'x', folder: '$(HOME)' },
    variables,
    inputs: new Map([
      ['some input.x', 'v'],
      ['empty', ''],
    ]),
    endpoints: [
      {
        url: 'https://dev.azure.com/contoso',
        authorization: { scheme: 'OAuth', parameters: { AccessToken: 'job' } },
        data: { never: 'seen' },
      },
      {
        id,
        url: 'https://management.azure.com/',
        authorization: { scheme: 'WorkloadIdentityFederation', parameters: { tenantId: 't' } },
        data: { 'some.key': 'd' },
      },
    ],
    taskVariables,
    prependedPath: ['/last', '/first'],
  };
}

describe('createTaskEnvironment', () => {
  it('has exactly what the agent gives', () => {
    assert.deepEqual(createTaskEnvironment(createSource()), {
      PATH: ['/last', '/first', '/bin'].join(delimiter),
      HOME: '/home/x',
      token: 'hidden',
      MY_OPEN_VAR: 'x',
      'INPUT_A.B': 'x',
      folder: '/home/x',
      'MY_OPEN_VAR-1': 'open',
      'agent.jobstatus': 'Succeeded',
      AGENT_JOBSTATUS: 'Succeeded',
      VSTS_PUBLIC_VARIABLES: '["my.open var-1","agent.jobstatus"]',
      SECRET_MY_SECRET: 'hidden',
      VSTS_SECRET_VARIABLES: '["my.secret"]',
      INPUT_SOME_INPUT_X: 'v',
      INPUT_EMPTY: '',
      ENDPOINT_URL_SYSTEMVSSCONNECTION: 'https://dev.azure.com/contoso',
      ENDPOINT_AUTH_SYSTEMVSSCONNECTION: '{"parameters":{"AccessToken":"job"},"scheme":"OAuth"}',
      ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth',
      ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'job',
      [`ENDPOINT_URL_${id}`]: 'https://management.azure.com/',
      [`ENDPOINT_AUTH_${id}`]:
        '{"parameters":{"tenantId":"t"},"scheme":"WorkloadIdentityFederation"}',
      [`ENDPOINT_AUTH_SCHEME_${id}`]: 'WorkloadIdentityFederation',
      [`ENDPOINT_AUTH_PARAMETER_${id}_TENANTID`]: 't',
      [`ENDPOINT_DATA_${id}`]: '{"some.key":"d"}',
      [`ENDPOINT_DATA_${id}_SOME_KEY`]: 'd',
      VSTS_TASKVARIABLE_TASK_VAR: 'kept',
      TF_BUILD: 'True',
    });
  });

  it('lets a variable win over env:, and an input over both', () => {
    const source = createSource();
    const environment = createTaskEnvironment({
      ...source,
      env: { AGENT_JOBSTATUS: 'mine', INPUT_EMPTY: 'mine' },
    });
    assert.equal(environment['AGENT_JOBSTATUS'], 'Succeeded');
    assert.equal(environment['INPUT_EMPTY'], '');
  });

  it('refuses a NUL', () => {
    assert.throws(
      () => createTaskEnvironment({ ...createSource(), env: { BAD: 'a\0b' } }),
      /environment variable BAD contains a NUL/,
    );
  });
});

describe('createScriptEnvironment', () => {
  it('has public variables and what env: maps, and no secret', () => {
    const { machine, env, variables, prependedPath } = createSource();
    const environment = createScriptEnvironment({ machine, env, variables, prependedPath });
    assert.equal(environment['MY_OPEN_VAR-1'], 'open');
    assert.equal(environment['token'], 'hidden');
    assert.equal(environment['SECRET_MY_SECRET'], undefined);
    assert.equal(environment['VSTS_PUBLIC_VARIABLES'], undefined);
  });
});

describe('createMachineEnvironment', () => {
  it('inherits PATH and nothing of a developer', () => {
    process.env['LOCAL_PIPELINE_STRAY'] = 'x';
    try {
      const environment = createMachineEnvironment({ HTTPS_PROXY: 'http://p' });
      assert.equal(environment['LOCAL_PIPELINE_STRAY'], undefined);
      assert.equal(environment['HTTPS_PROXY'], 'http://p');
      assert.ok(Object.keys(environment).some((name) => name.toUpperCase() === 'PATH'));
    } finally {
      delete process.env['LOCAL_PIPELINE_STRAY'];
    }
  });
});
