import assert from 'node:assert/strict';
import {
  companions,
  parseVariableName,
} from '../../../tasks/EntraToken/EntraTokenV1/src/variable-name.ts';
import { failsWith } from '../fixtures.ts';

describe('companions', () => {
  it('are the documented ones', () => {
    assert.deepEqual(companions, [
      'expiresOn',
      'resource',
      'tenantId',
      'clientId',
      'objectId',
      'subscriptionId',
    ]);
  });
});

describe('parseVariableName', () => {
  for (const name of [
    'EntraToken',
    'token',
    '_t',
    'A1.b-c_d',
    'AZURE_DEVOPS_EXT_PAT',
    'DATABRICKS_TOKEN',
    'ARM_ACCESS_TOKEN',
    'PGPASSWORD',
    'MyPath',
    'a'.repeat(200),
  ]) {
    it(`takes ${name.slice(0, 40)}`, () => {
      assert.equal(parseVariableName(name), name);
    });
  }

  for (const name of [
    '',
    ' ',
    '1a',
    '.a',
    '-a',
    'a b',
    'a;b',
    'a=b',
    'a]b',
    'a[b',
    'a\nb',
    'a\r##vso[task.complete]',
    'a%3Bb',
    'ü',
    'a$b',
    'a/b',
    'a\u200bb',
    'a'.repeat(201),
  ]) {
    it(`refuses ${JSON.stringify(name).slice(0, 40)} and says what is allowed`, () => {
      assert.throws(
        () => parseVariableName(name),
        failsWith('VARIABLE_NAME_INVALID', 'letters, digits', '200', 'beginning with a letter'),
      );
    });
  }

  for (const [name, prefix] of [
    ['agent.name', 'AGENT_'],
    ['AGENT_X', 'AGENT_'],
    ['azp_x', 'AZP_'],
    ['Build.SourceBranch', 'BUILD_'],
    ['checks.x', 'CHECKS_'],
    ['common.testresultsdirectory', 'COMMON_'],
    ['DistributedTask.x', 'DISTRIBUTEDTASK_'],
    ['Environment.name', 'ENVIRONMENT_'],
    ['endpoint_x', 'ENDPOINT'],
    ['EndpointToken', 'ENDPOINT'],
    ['input_x', 'INPUT'],
    ['PATH', 'PATH'],
    ['path', 'PATH'],
    ['Path', 'PATH'],
    ['PathExt', 'PATH'],
    ['Pipeline.Workspace', 'PIPELINE_'],
    ['release.x', 'RELEASE_'],
    ['resources.x', 'RESOURCES_'],
    ['secret_x', 'SECRET'],
    ['SecureFile', 'SECUREFILE'],
    ['strategy.x', 'STRATEGY_'],
    ['System.AccessToken', 'SYSTEM_'],
    ['SYSTEM_ACCESSTOKEN', 'SYSTEM_'],
    ['system', 'SYSTEM_'],
    ['task.x', 'TASK_'],
    ['TF_BUILD', 'TF_BUILD'],
    ['VSTS_PUBLIC_VARIABLES', 'VSTS'],
  ] as const) {
    it(`refuses ${name}, which begins with the reserved ${prefix}`, () => {
      assert.throws(
        () => parseVariableName(name),
        failsWith('VARIABLE_NAME_RESERVED', `"${name}"`, `"${prefix}"`),
      );
    });
  }

  for (const [name, environmentName] of [
    ['NODE_OPTIONS', 'NODE_OPTIONS'],
    ['node.options', 'NODE_OPTIONS'],
    ['node', 'NODE_EXPIRESON'],
    ['LD_PRELOAD', 'LD_PRELOAD'],
    ['ld.preload', 'LD_PRELOAD'],
    ['Dyld.Insert.Libraries', 'DYLD_INSERT_LIBRARIES'],
    ['bash.env', 'BASH_ENV'],
    ['env', 'ENV'],
    ['git.ssh.command', 'GIT_SSH_COMMAND'],
    ['npm_config_registry', 'NPM_CONFIG_REGISTRY'],
    ['coreclr.profiler', 'CORECLR_PROFILER'],
    ['https_proxy', 'HTTPS_PROXY'],
    ['No.Proxy', 'NO_PROXY'],
    ['HOME', 'HOME'],
    ['IFS', 'IFS'],
    ['PS4', 'PS4'],
    ['PYTHONPATH', 'PYTHONPATH'],
    ['PerL5Opt', 'PERL5OPT'],
    ['RUBYOPT', 'RUBYOPT'],
    ['_java_options', '_JAVA_OPTIONS'],
    ['ssl.cert.file', 'SSL_CERT_FILE'],
    ['TEMP', 'TEMP'],
    ['windir', 'WINDIR'],
  ] as const) {
    it(`refuses ${name}, which would be ${environmentName} for scripts`, () => {
      assert.throws(
        () => parseVariableName(name),
        failsWith('VARIABLE_NAME_DANGEROUS', `"${name}"`, environmentName),
      );
    });
  }
});
