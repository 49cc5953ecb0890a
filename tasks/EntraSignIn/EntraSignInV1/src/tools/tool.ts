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
  readonly setUp: (signIn: SignIn) => ToolSetup;
  /** What works now, in a line of the log. */
  readonly describe: (signIn: SignIn) => string;
}
