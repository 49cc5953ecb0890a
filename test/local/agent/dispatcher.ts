import { parseCommand, unescapeCommand, type Command } from './command.ts';
import { isCommandAllowed } from './restrictions.ts';
import type { StepContext } from './step-context.ts';
import { taskCommands } from './task-commands.ts';

const documentation =
  'Please reference documentation (http://go.microsoft.com/fwlink/?LinkId=817296)';

/** Areas besides `task`, with the events that the agent knows; what they do is not emulated. */
const otherAreas = new Map<string, { events: readonly string[]; hostTypes?: readonly string[] }>([
  ['artifact', { events: ['associate', 'upload'] }],
  ['build', { events: ['uploadlog', 'updatebuildnumber', 'addbuildtag'], hostTypes: ['build'] }],
  ['codecoverage', { events: ['publish'] }],
  ['release', { events: ['updatereleasename'], hostTypes: ['release', 'deployment'] }],
  ['results', { events: ['publish'] }],
  ['telemetry', { events: ['publish'] }],
]);

/** Acts on one line of output: a command is done, anything else is written (`AW/WorkerCommandManager.cs:69-149`). */
export function dispatchLine(context: StepContext, line: string): void {
  const command = parseCommand(line);
  if (command === undefined) {
    if (line.includes('##vso')) {
      context.badCommands.push(line);
      context.warning(
        `'${line}' contains logging command keyword '##vso', but it's not a legal command. Please see the list of accepted commands: https://go.microsoft.com/fwlink/?LinkId=817296`,
      );
    }
    context.write(line);
    return;
  }
  const { area } = command;
  const other = otherAreas.get(area);
  if (area !== 'task' && other === undefined) {
    context.badCommands.push(line);
    context.warning(`Cannot find command extension for ##vso[${area}.command]. ${documentation}`);
    return;
  }
  const { hostType } = context.scope;
  if (other?.hostTypes?.includes(hostType) === false) {
    context.badCommands.push(line);
    context.error(`${area} commands are not supported for ${hostType} flow. ${documentation}`);
    context.commandFailed = true;
    context.write(line);
    return;
  }
  try {
    executeCommand(context, command, other?.events);
  } catch (error) {
    context.badCommands.push(line);
    // With the raw line, as in the agent: a secret that was not registered before is seen here.
    context.error(`Unable to process command '${line}' successfully. ${documentation}`);
    context.error(error instanceof Error ? error.message : String(error));
    context.commandFailed = true;
  } finally {
    if (`${area}.${command.event}` !== 'task.debug') {
      context.debug(`Processed: ${unescapeCommand(line)}`);
    }
  }
}

function executeCommand(
  context: StepContext,
  command: Command,
  otherEvents: readonly string[] | undefined,
): void {
  const { area, event } = command;
  const execute = otherEvents === undefined ? taskCommands.get(event) : undefined;
  if (execute === undefined && otherEvents?.includes(event) !== true) {
    throw new Error(
      `##vso[${area}.${event}] is not a recognized command for ${area} command extension. ${documentation}.`,
    );
  }
  if (!isCommandAllowed(context.scope.restrictions, area, event)) {
    context.denied.push(`${area}.${event}`);
    context.warning(
      `##vso[${area}.${event}] is not allowed in this step due to policy restrictions. ${documentation}`,
    );
    return;
  }
  context.commands.push(command);
  execute?.(context, command);
}
