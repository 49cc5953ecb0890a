import * as taskLib from 'azure-pipelines-task-lib/task.js';
import type { ServiceConnection } from '../../service-connection/service-connection.ts';
import type { Agent } from '../agent.ts';

/** The agent that runs this process, through its task library. */
export function createAgent(): Agent {
  return {
    readInput: (name) => (taskLib.getInput(name) ?? '').trim(),
    readVariable: (name) => taskLib.getVariable(name) || undefined,
    readServiceConnection,
    mask: (secret) => taskLib.setSecret(secret),
    setVariable: ({ name, value, secret, isOutput }) =>
      taskLib.setVariable(name, value, secret, isOutput),
    // Foreign texts are made harmless where they come in; here it is made certain.
    info: (line) => void process.stdout.write(`${line.replaceAll('##vso[', '##_vso[')}\n`),
    debug: (line) => taskLib.debug(line),
    warn: (message) => taskLib.warning(message),
    succeed: () => complete('Succeeded', ''),
    fail: (code, message) => {
      taskLib.error(message);
      // The result's text goes to the timeline, which the agent does not mask: the code says enough.
      complete('Failed', code);
    },
  };
}

function readServiceConnection(id: string): ServiceConnection | undefined {
  // Read whole: unlike the getters for one parameter, this one prints no value in debug mode.
  const authorization = taskLib.getEndpointAuthorization(id, true);
  if (authorization === undefined) return undefined;
  return {
    url: taskLib.getEndpointUrl(id, true) ?? '',
    scheme: authorization.scheme,
    parameters: authorization.parameters,
    // The library reads single keys only, by names that the agent mangles; this is the whole value.
    data: process.env[`ENDPOINT_DATA_${id}`],
  };
}

// Not the library's setResult: it repeats a failure's message as a second error.
function complete(result: 'Succeeded' | 'Failed', text: string): void {
  taskLib.command('task.complete', { result }, text);
}
