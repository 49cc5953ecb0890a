import * as taskLib from 'azure-pipelines-task-lib/task.js';
import type { JobChanges } from '../collaborators.ts';
import { sessionVariable } from '../session/session-variable.ts';

/** The job, through the task library. */
export const jobChanges: JobChanges = {
  setVariable: ({ name, value }) => {
    if (name === name.toUpperCase()) taskLib.setVariable(name, value, false, false);
    // The agent makes capitals of a name, unless it is told not to (agent: `TaskCommandExtension.cs`).
    else taskLib.command('task.setvariable', { variable: name, preservecase: 'true' }, value);
  },
  prependPath: (folder) => taskLib.command('task.prependpath', null, folder),
  remember: (sessionFolder) => taskLib.setTaskVariable(sessionVariable, sessionFolder),
};

/** The agent's temporary folder; the agent wipes it at the end of the job. */
export const readTemporaryFolder = (): string => taskLib.getVariable('Agent.TempDirectory') ?? '';
