import { TaskError } from '../../../../common/errors/task-error.ts';
import { neutralise, quote } from '../../../../common/text/text.ts';
import { paths, toAddress } from '../session/endpoint.ts';
import { toLoopbackBypass } from './loopback-bypass.ts';
import type { Machine, Outcome, SignIn, Tool, ToolVariable } from './tool.ts';

/** Folder of the CLI's configuration in the session folder. */
const configFolder = 'azure';
const configVariable = 'AZURE_CONFIG_DIR';

/** The first version that asks by MSAL whenever a token ends; 2.72 was tried, and cannot sign in with this endpoint. */
const oldest = [2, 73] as const;

/**
 * The Azure CLI, signed in as a managed identity: it keeps an assertion as it was given and never gets another
 * (azure-cli issue 28708), but asks a managed identity's endpoint anew whenever a token ends.
 */
export const azureCli: Tool = {
  name: 'azureCli',
  usesAzureDevOps: false,
  rivals: [],
  check: async (machine, folder) => {
    // Even this one writes into its configuration.
    const own = { [configVariable]: `${folder}/${configFolder}` };
    assertVersion(await machine.run(findCli(machine), ['version', '--output', 'json'], own));
  },
  setUp: (signIn) => ({ variables: toVariables(signIn) }),
  signIn: async ({ variables }, machine) => {
    const outcome = await machine.run(
      findCli(machine),
      ['login', '--identity', '--allow-no-subscriptions', '--output', 'none'],
      Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    );
    if (outcome.exitCode === 0) return;
    throw new TaskError('AZURE_CLI_SIGN_IN_FAILED', `az login --identity ${describeEnd(outcome)}`);
  },
  describe: () => 'az in every later step, with a configuration of its own',
};

function toVariables(signIn: SignIn): readonly ToolVariable[] {
  return [
    { name: configVariable, value: `${signIn.folder}/${configFolder}` },
    { name: 'IDENTITY_ENDPOINT', value: toAddress(signIn.port, paths.managedIdentity) },
    { name: 'IDENTITY_HEADER', value: signIn.key },
    ...toLoopbackBypass(signIn.environment),
  ];
}

function findCli({ find }: Machine): string {
  const az = find('az');
  if (az !== undefined) return az;
  throw new TaskError('AZURE_CLI_MISSING', 'There is no az on the path of this agent.');
}

/** Throws where `az version` names a version that is too old, or does not run. */
export function assertVersion(outcome: Outcome): void {
  const { exitCode, stdout } = outcome;
  const [version, major = '', minor = ''] =
    /"azure-cli": *"((\d+)\.(\d+)[^"]*)"/.exec(stdout)?.slice(1) ?? [];
  if (exitCode !== 0 || version === undefined) {
    throw new TaskError(
      'AZURE_CLI_MISSING',
      `The az on the path does not run: az version ${describeEnd(outcome)}`,
    );
  }
  const isNew =
    Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
  if (isNew) return;
  throw new TaskError(
    'AZURE_CLI_TOO_OLD',
    `The Azure CLI on the path is ${quote(version)}; to stay signed in, it has to be ${oldest.join('.')}.0 or later.`,
  );
}

function describeEnd({ exitCode, failure, stderr }: Outcome): string {
  const end =
    failure === undefined
      ? `ended with exit code ${exitCode}`
      : `did not come to an end (${failure})`;
  return `${end}. It said: ${neutralise(stderr) || 'nothing'}`;
}
