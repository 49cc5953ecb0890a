import type { ErrorCode } from '../../tasks/common/errors/task-error.ts';
import { oidcFailures, verifyFailures } from './failures/azure-devops.ts';
import { connectionFailures } from './failures/connection.ts';
import {
  applicationFailures,
  assertionFailures,
  federationFailures,
  tokenFailures,
} from './failures/entra.ts';
import type { Failure } from './failures/failure.ts';
import { signInFailures } from './failures/sign-in.ts';
import { inputFailures } from './failures/inputs.ts';
import { networkFailures } from './failures/network.ts';

export type { Failure } from './failures/failure.ts';

/** Failures that belong together, under a heading. */
export interface FailureGroup {
  readonly title: string;
  readonly failures: readonly Failure[];
}

/** Every failure that the local services can bring about, in the order of the step. */
export const failureGroups: readonly FailureGroup[] = [
  { title: 'Inputs of the step', failures: inputFailures },
  { title: 'The service connection and the job', failures: connectionFailures },
  { title: 'The network', failures: networkFailures },
  { title: 'Azure DevOps: the OIDC token', failures: oidcFailures },
  { title: 'Entra: the federated identity credential', failures: federationFailures },
  { title: 'Entra: the application and its tenant', failures: applicationFailures },
  { title: 'Entra: the assertion', failures: assertionFailures },
  { title: 'Entra: the resource, and the rest', failures: tokenFailures },
  { title: 'verify', failures: verifyFailures },
  { title: 'EntraSignIn', failures: signInFailures },
];

/** Codes that no catalogue entry can end with, and why. */
export const unprovoked: Readonly<Partial<Record<ErrorCode, string>>> = {
  NODE_TOO_OLD: 'needs a Node.js that no agent of today chooses; a test of its own has it',
  JOB_TOKEN_MISSING: 'every agent hands a job its own token',
  NETWORK_TIMEOUT: 'takes 30 seconds and more; the tests of the time limits have it',
  TIME_LIMIT_REACHED: 'takes 90 seconds; the tests of the time limits have it',
  AZURE_CLI_MISSING: 'depends on the machine; the tests of the tool have it',
  AZURE_CLI_TOO_OLD: 'depends on the machine; the tests of the tool have it',
  AZURE_CLI_SIGN_IN_FAILED: 'depends on the machine; the tests of the tool have it',
  SESSION_FOLDER_UNWRITABLE: 'needs a disk without space; the tests of the sign-in have it',
  KEEPER_NOT_STARTED: 'needs a broken task; the tests of the keeper have it',
  KEEPER_REQUEST_INVALID: 'is answered to a program; the tests of the endpoint have it',
  NOT_SIGNED_IN: 'is told by entra-token; its tests have it',
  SIGN_IN_ENDED: 'is told by entra-token; its tests have it',
  ARGUMENT_INVALID: 'is told by entra-token; its tests have it',
  TOKEN_LIFE_TOO_SHORT: 'is told by entra-token; its tests have it',
  INTERNAL_ERROR: 'a fault of the task itself, which none of the services can bring about',
};
