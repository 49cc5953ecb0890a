import type { Organization } from '../../../../common/job/organization.ts';
import type { FederatedConnection } from '../../../../common/service-connection/connection.ts';
import type { SessionFile } from '../session/files.ts';

/** What a tool is signed in with. */
export interface SignIn {
  readonly connection: FederatedConnection;
  readonly tenantId: string;
  /** The organisations that may get the token. */
  readonly organizations: readonly Organization[];
  /** The session folder: an absolute path with slashes. */
  readonly folder: string;
  /** The command `entra-token`: an absolute path with slashes. */
  readonly command: string;
  readonly port: number;
  /** The session's key, masked. */
  readonly key: string;
  /** A variable of the job or the machine. */
  readonly readVariable: (name: string) => string | undefined;
  /** The environment of the step: the machine's, and the variables of the job. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The machine that the step runs on, for tools that are looked at or signed in by running them. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where a program is; undefined where there is none on the path. */
  readonly find: (program: string) => string | undefined;
  /** Runs a program to its end, a minute at most, with variables beside the step's own. */
  readonly run: (
    file: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<Outcome>;
}

/** How a program ended. */
export interface Outcome {
  /** -1 where it has none. */
  readonly exitCode: number;
  /** Why it has none: it did not run, or was ended. */
  readonly failure?: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What signs a tool in. */
export interface ToolSetup {
  readonly variables: readonly ToolVariable[];
  /** Files for the session folder. */
  readonly files?: readonly SessionFile[];
}

/** One variable of the job; none is secret. */
export interface ToolVariable {
  readonly name: string;
  readonly value: string;
}

/** A tool that a job can be signed in for. */
export interface Tool {
  /** As in the input `tools`. */
  readonly name: string;
  /** Whether it uses a token for Azure DevOps. */
  readonly usesAzureDevOps: boolean;
  /** Variables that would win over the sign-in. */
  readonly rivals: readonly string[];
  /**
   * Looks at the tool before any request. Throws where it cannot be signed in. What it writes belongs in the session
   * folder.
   */
  readonly check?: (machine: Machine, folder: string) => Promise<void>;
  /** Looks at the tool while the requests are on their way: warnings, for what fails no sign-in. */
  readonly remark?: (machine: Machine) => Promise<readonly string[]>;
  readonly setUp: (signIn: SignIn) => ToolSetup;
  /** Signs it in where it takes a run of it, once the keeper answers. Throws where that fails. */
  readonly signIn?: (setup: ToolSetup, machine: Machine) => Promise<void>;
  /** What works now, in a line of the log. */
  readonly describe: (signIn: SignIn) => string;
}
