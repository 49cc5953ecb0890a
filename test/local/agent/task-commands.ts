import { existsSync } from 'node:fs';
import { EOL } from 'node:os';
import { escapeCommand, type Command } from './command.ts';
import type { Endpoint } from './endpoint.ts';
import { isVariableSettable } from './restrictions.ts';
import { mergeResults, parseTaskResult } from './results.ts';
import type { StepContext } from './step-context.ts';
import type { Variables } from './variables.ts';

type Execute = (context: StepContext, command: Command) => void;

/** The handlers of `##vso[task.*]` (`AW/TaskCommandExtension.cs`); one that throws fails the step. */
export const taskCommands: ReadonlyMap<string, Execute> = new Map<string, Execute>([
  ['debug', (context, { data }) => context.debug(data)],
  ['logissue', logIssue],
  ['issue', logIssue],
  ['complete', complete],
  ['setvariable', setVariable],
  ['setsecret', (context, { data }) => context.scope.masker.add(data)],
  ['settaskvariable', setTaskVariable],
  ['prependpath', prependPath],
  ['uploadsummary', (_, { data }) => requireFile(data, 'Cannot upload summary file')],
  ['uploadfile', (_, { data }) => requireFile(data, 'Cannot upload file')],
  ['addattachment', addAttachment],
  // What these show or change is not emulated; they are known, and that is all.
  ['setprogress', () => undefined],
  ['logdetail', () => undefined],
  ['setendpoint', setEndpoint],
]);

function logIssue(context: StepContext, { properties, data }: Command): void {
  switch (properties.get('type')?.toLowerCase()) {
    case undefined:
      context.warning("Can't create TaskIssue from logging event.");
      break;
    case 'error':
      context.error(data);
      break;
    case 'warning':
      context.warning(data);
      break;
    default:
      throw new Error(`issue type ${properties.get('type')} is not an expected issue type.`);
  }
}

function complete(context: StepContext, { properties, data }: Command): void {
  const result = parseTaskResult(properties.get('result') ?? '');
  if (result === undefined) throw new Error("Command doesn't have valid result value.");
  context.result = mergeResults(context.result, result);
  context.completeMessages.push(data);
  if (isTrue(properties.get('done'))) context.onDone();
}

/** The order matters: the first two checks throw before the value is registered as a secret. */
function setVariable(context: StepContext, { properties, data }: Command): void {
  const name = properties.get('variable');
  if (name === undefined) throw missing('variable', 'task.setvariable');
  const { scope } = context;
  const secret = isTrue(properties.get('issecret'));
  const isOutput = isTrue(properties.get('isoutput'));
  const readOnly = isTrue(properties.get('isreadonly'));
  refuseReadOnly(context, scope.variables, name);
  if (secret) {
    refuseMultipleLines(scope.variables, data);
    scope.masker.add(escapeCommand(data));
  }
  if (!isVariableSettable(scope.restrictions, name)) {
    denyVariable(context, name);
    return;
  }
  const preserveCase = isTrue(properties.get('preservecase'));
  if (!isOutput && !scope.declaredOutputs.has(name.toLowerCase())) {
    scope.variables.set(name, data, { secret, readOnly, preserveCase });
    return;
  }
  context.outputVariables.set(name, { value: data, secret });
  scope.variables.set(`${scope.name}.${name}`, data, {
    secret,
    readOnly: isOutput || readOnly,
    preserveCase,
  });
}

function setTaskVariable(context: StepContext, { properties, data }: Command): void {
  const name = properties.get('variable');
  if (name === undefined) throw missing('variable', 'task.settaskvariable');
  const { variables, taskVariables } = context.scope;
  const secret = isTrue(properties.get('issecret'));
  refuseReadOnly(context, taskVariables, name);
  if (secret) refuseMultipleLines(variables, data);
  const readOnly = isTrue(properties.get('isreadonly'));
  taskVariables.set(name, data, { secret, readOnly });
}

function refuseReadOnly(context: StepContext, variables: Variables, name: string): void {
  if (!variables.isReadOnly(name)) return;
  const seeAlso =
    'See https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md for details.';
  if (context.scope.variables.isTrue('agent.readOnlyVariables')) {
    throw new Error(`Overwriting readonly variable '${name}' is not permitted. ${seeAlso}`);
  }
  context.warning(
    `Overwriting readonly variable '${name}'. This behavior will be disabled in the future. ${seeAlso}`,
  );
}

function refuseMultipleLines(variables: Variables, data: string): void {
  if (data.includes(EOL) && !variables.isTrue('SYSTEM_UNSAFEALLOWMULTILINESECRET')) {
    throw new Error('Secrets cannot contain multiple lines');
  }
}

function denyVariable(context: StepContext, name: string): void {
  context.denied.push(`variable ${name}`);
  context.warning(`Setting variable '${name}' has been disabled by the task or build definition.`);
}

function prependPath(context: StepContext, { data }: Command): void {
  const { restrictions, prependedPath } = context.scope;
  if (!isVariableSettable(restrictions, 'PATH')) {
    denyVariable(context, 'PATH');
    return;
  }
  if (data === '') throw new Error('Value cannot be null or empty. (prependpath)');
  const others = prependedPath.filter((folder) => folder !== data);
  prependedPath.splice(0, prependedPath.length, data, ...others);
}

function addAttachment(_: StepContext, { properties, data }: Command): void {
  for (const field of ['type', 'name']) {
    if (!properties.has(field)) {
      throw new Error(`Can't add task attachment, attachment ${field} is not provided.`);
    }
  }
  requireFile(data, 'Cannot upload task attachment file');
}

function requireFile(path: string, message: string): void {
  if (!existsSync(path)) throw new Error(`${message}: '${path}' does not exist.`);
}

/** Changes a connection for the later steps of the job (`AW/TaskCommandExtension.cs:751-842`), in the agent's order. */
function setEndpoint(context: StepContext, { properties, data }: Command): void {
  const { endpoints, masker } = context.scope;
  const read = (field: string): string => {
    const value = properties.get(field);
    if (value === undefined || value === '') throw missing(field, 'task.setendpoint');
    return value;
  };
  if (data === '') throw new Error('Enter a valid value for setendpoint.');
  const field = read('field').toLowerCase();
  // Before anything else can be wrong, so that the value is not shown then.
  if (field === 'authparameter') masker.add(data);
  const id = read('id').toLowerCase();
  if (!isGuid(id)) throw new Error('Invalid endpoint ID.');
  const index = endpoints.findIndex((endpoint) => endpoint.id?.toLowerCase() === id);
  const endpoint = endpoints[index];
  if (endpoint === undefined) {
    throw new Error(
      `Service connection with ID ${id} not found. Make sure it is referenced by a step of the job.`,
    );
  }
  endpoints[index] = changeEndpoint(endpoint, field, data, read);
}

function changeEndpoint(
  endpoint: Endpoint,
  field: string,
  data: string,
  read: (field: string) => string,
): Endpoint {
  if (field === 'url') {
    if (!URL.canParse(data)) throw new Error('Enter a valid URL for setendpoint.');
    return { ...endpoint, url: data };
  }
  const key = read('key');
  const { authorization } = endpoint;
  if (field === 'dataparameter') return { ...endpoint, data: { ...endpoint.data, [key]: data } };
  if (field !== 'authparameter') {
    throw new Error('Endpoint field can be authParameter, dataParameter or url.');
  }
  const parameters = { ...authorization.parameters, [key]: data };
  return { ...endpoint, authorization: { ...authorization, parameters } };
}

const isGuid = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

function missing(field: string, command: string): Error {
  return new Error(`Required field '${field}' is missing in ##vso[${command}] command.`);
}

/** `Boolean.TryParse`. */
function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'true';
}
