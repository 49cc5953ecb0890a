import { delimiter } from 'node:path';
import { toEnvironmentName } from './environment-name.ts';
import type { Endpoint } from './endpoint.ts';
import { expandMacros } from './macros.ts';
import type { Variables } from './variables.ts';

/** What of a step becomes environment variables. */
export interface EnvironmentSource {
  /** The worker's own environment. */
  readonly machine: Readonly<Record<string, string>>;
  /** The step's `env:` map. */
  readonly env: Readonly<Record<string, string>>;
  readonly variables: Variables;
  readonly inputs: ReadonlyMap<string, string>;
  readonly endpoints: readonly Endpoint[];
  readonly taskVariables: Variables;
  /** Folders to put in front of PATH, the first one first. */
  readonly prependedPath: readonly string[];
}

type Environment = Record<string, string>;

/** The environment of a task's process (`AW/Handlers/NodeHandler.cs:183-189`): later groups overwrite earlier ones. */
export function createTaskEnvironment(source: EnvironmentSource): Environment {
  const { machine, variables, inputs, endpoints, taskVariables } = source;
  const step: Environment = expandEnv(source);
  const { names, secretNames } = addVariables(step, variables);
  step['VSTS_PUBLIC_VARIABLES'] = JSON.stringify(names);
  for (const { name, value, secret } of variables.list()) {
    if (secret) step[`SECRET_${toEnvironmentName(name)}`] = value;
  }
  if (secretNames.length > 0) step['VSTS_SECRET_VARIABLES'] = JSON.stringify(secretNames);
  for (const [name, value] of inputs) step[`INPUT_${toEnvironmentName(name)}`] = value;
  for (const endpoint of endpoints) addEndpoint(step, endpoint);
  for (const { name, value } of taskVariables.list()) {
    step[`VSTS_TASKVARIABLE_${toEnvironmentName(name)}`] = value;
  }
  return finish(machine, step, source.prependedPath);
}

/**
 * The environment that a script sees: the script tasks run it from Node.js, where azure-pipelines-task-lib
 * has taken every secret, input and authorization out. A secret comes in through `env:` alone.
 */
export function createScriptEnvironment(
  source: Pick<EnvironmentSource, 'machine' | 'env' | 'variables' | 'prependedPath'>,
): Environment {
  const step = expandEnv(source);
  addVariables(step, source.variables);
  return finish(source.machine, step, source.prependedPath);
}

/** Keys and values are trimmed and expanded, with variables and then the machine's environment (`AW/TaskRunner.cs:277-293`). */
function expandEnv({
  env,
  variables,
  machine,
}: Pick<EnvironmentSource, 'machine' | 'env' | 'variables'>): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name.trim(),
      expandMacros(variables.expand(value.trim()), (key) => machine[key]),
    ]),
  );
}

function addVariables(
  step: Environment,
  variables: Variables,
): { names: string[]; secretNames: string[] } {
  const names: string[] = [];
  const secretNames: string[] = [];
  for (const { name, value, secret, preserveCase } of variables.list()) {
    if (secret) {
      secretNames.push(name);
      continue;
    }
    names.push(name);
    // The job's status has both forms (`AW/Handlers/Handler.cs:181-232`).
    if (name.toLowerCase() === 'agent.jobstatus') step[name] = value;
    step[toEnvironmentName(name, preserveCase)] = value;
  }
  return { names, secretNames };
}

function addEndpoint(step: Environment, { id, url, authorization, data }: Endpoint): void {
  // The id is not mangled: it keeps its hyphens and lower case.
  const key = id ?? 'SYSTEMVSSCONNECTION';
  step[`ENDPOINT_URL_${key}`] = new URL(url).href;
  step[`ENDPOINT_AUTH_${key}`] = JSON.stringify({
    parameters: authorization.parameters,
    scheme: authorization.scheme,
  });
  step[`ENDPOINT_AUTH_SCHEME_${key}`] = authorization.scheme;
  for (const [name, value] of Object.entries(authorization.parameters)) {
    step[`ENDPOINT_AUTH_PARAMETER_${key}_${toEnvironmentName(name)}`] = value;
  }
  if (id === undefined) return;
  step[`ENDPOINT_DATA_${key}`] = JSON.stringify(data);
  for (const [name, value] of Object.entries(data)) {
    step[`ENDPOINT_DATA_${key}_${toEnvironmentName(name)}`] = value;
  }
}

function finish(
  machine: Readonly<Record<string, string>>,
  step: Environment,
  prependedPath: readonly string[],
): Environment {
  const environment: Environment = { ...machine, ...step, TF_BUILD: 'True' };
  if (prependedPath.length > 0) {
    const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
    environment[key] = [...prependedPath, environment[key] ?? ''].join(delimiter);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (`${name}${value}`.includes('\0')) {
      throw new Error(`The environment variable ${name.replaceAll('\0', '')} contains a NUL.`);
    }
  }
  return environment;
}

// What a process needs to start at all; the rest of the machine's environment would make the tests
// depend on who runs them. PATHEXT and COMSPEC are to Windows what PATH is elsewhere.
const inherited =
  /^(PATH|HOME|LANG|USERPROFILE|SYSTEMROOT|WINDIR|TEMP|TMP|TMPDIR|PATHEXT|COMSPEC)$/i;

/** The clean environment of the machine, with a test's own additions. */
export function createMachineEnvironment(
  additions: Readonly<Record<string, string>> = {},
): Environment {
  const environment: Environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (inherited.test(name) && value !== undefined) environment[name] = value;
  }
  return { ...environment, ...additions };
}
