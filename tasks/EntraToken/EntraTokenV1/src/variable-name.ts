import { TaskError } from '../../../common/errors/task-error.ts';
import { quote } from '../../../common/text/text.ts';

/** The public values beside the token, as `<variableName>.<companion>`. */
export const companions = [
  'expiresOn',
  'resource',
  'tenantId',
  'clientId',
  'objectId',
  'subscriptionId',
] as const;

// Azure Pipelines hides a variable that begins so, whatever its case, from tasks and scripts:
// https://learn.microsoft.com/azure/devops/pipelines/process/variables#variable-naming-restrictions
const hiddenPrefixes = ['ENDPOINT', 'INPUT', 'SECRET', 'PATH', 'SECUREFILE'];

// The agent's and the service's own variables, as environment names: a dot becomes `_`.
const reservedPrefixes = [
  'AGENT_',
  'AZP_',
  'BUILD_',
  'CHECKS_',
  'COMMON_',
  'DISTRIBUTEDTASK_',
  'ENVIRONMENT_',
  'PIPELINE_',
  'RELEASE_',
  'RESOURCES_',
  'STRATEGY_',
  'SYSTEM_',
  'TASK_',
  'TF_BUILD',
  'VSTS',
];

// Environment variables that make other programs load code, trust a host or go elsewhere.
const dangerousNames = new Set([
  'ALL_PROXY',
  'BASH_ENV',
  'COMSPEC',
  'CURL_CA_BUNDLE',
  'DOTNET_STARTUP_HOOKS',
  'ENV',
  'HOME',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'IFS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'MAVEN_OPTS',
  'NO_PROXY',
  'PERL5LIB',
  'PERL5OPT',
  'PROMPT_COMMAND',
  'PS4',
  'PSMODULEPATH',
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'REQUESTS_CA_BUNDLE',
  'RUBYLIB',
  'RUBYOPT',
  'SHELL',
  'SHELLOPTS',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USERPROFILE',
  'WINDIR',
  '_JAVA_OPTIONS',
]);
const dangerousPrefixes = ['CORECLR_', 'DYLD_', 'GIT_', 'LD_', 'NODE_', 'NPM_CONFIG_'];

const pattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const maximumLength = 200;

/** The environment name under which the agent hands a variable to scripts (agent: `VarUtil.cs`). */
function toEnvironmentName(name: string): string {
  return name.replace(/[. ]/g, '_').toUpperCase();
}

/** The given name, if it may be set; else a TaskError with a `VARIABLE_NAME_` code. */
export function parseVariableName(name: string): string {
  if (!pattern.test(name) || name.length > maximumLength) {
    throw new TaskError(
      'VARIABLE_NAME_INVALID',
      `The input variableName is ${quote(name)}, which is not a name for a variable. ` +
        `Allowed are letters, digits, "_", "." and "-", at most ${maximumLength} of them, ` +
        'beginning with a letter or "_".',
    );
  }
  for (const full of [name, ...companions.map((companion) => `${name}.${companion}`)]) {
    assertHarmless(name, toEnvironmentName(full));
  }
  return name;
}

function assertHarmless(name: string, environmentName: string): void {
  const reserved = [...hiddenPrefixes, ...reservedPrefixes].find((prefix) =>
    environmentName.startsWith(prefix),
  );
  if (reserved !== undefined) {
    throw new TaskError(
      'VARIABLE_NAME_RESERVED',
      `The input variableName is ${quote(name)}, and Azure Pipelines reserves the names that begin ` +
        `with ${quote(reserved)} (in any case, with "." or "_").`,
    );
  }
  if (
    dangerousNames.has(environmentName) ||
    dangerousPrefixes.some((prefix) => environmentName.startsWith(prefix))
  ) {
    throw new TaskError(
      'VARIABLE_NAME_DANGEROUS',
      `The input variableName is ${quote(name)}; as the environment variable ${environmentName} ` +
        'it would change how other programs of the job work.',
    );
  }
}
