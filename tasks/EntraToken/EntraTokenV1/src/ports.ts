import type { ErrorCode } from './errors.ts';

/** What the flow needs from the pipeline agent. */
export interface Agent {
  /** An input of the step, trimmed; empty when it was not given. */
  readInput(name: string): string;
  /** A pipeline variable; undefined when there is none or it is empty. */
  readVariable(name: string): string | undefined;
  /** A service connection of the job by its id; undefined when the agent handed none over. */
  readServiceConnection(id: string): ServiceConnection | undefined;
  /** Registers a value that every log of the job shows as `***` from now on. */
  mask(secret: string): void;
  /** Sets a variable of the job, or an output variable `<step>.<name>`, which later jobs can read too. */
  setVariable(variable: PipelineVariable): void;
  /** One line in the log. */
  info(line: string): void;
  /** One line in the log of a run in debug mode. */
  debug(line: string): void;
  /** A warning: it stands in the log and on the run's summary page. */
  warn(message: string): void;
  /** Ends the step as succeeded. */
  succeed(): void;
  /** Ends the step as failed: the message is an error in the log and on the run's summary page. */
  fail(code: ErrorCode, message: string): void;
}

/** A service connection as the agent hands it over, nothing checked yet. */
export interface ServiceConnection {
  readonly url: string;
  readonly scheme: string;
  /** Authorization parameters, names as the service spells them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The JSON text of its data; undefined for the job's own connection, which has none. */
  readonly data: string | undefined;
}

/** One variable of the pipeline. */
export interface PipelineVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly isOutput: boolean;
}

/** Where the assertion is asked for. */
export type OidcAddress =
  /** `System.OidcRequestUri` of the job. */
  | { readonly kind: 'request-uri'; readonly url: URL }
  /** The parts from which the REST client builds the address, where the variable is absent. */
  | {
      readonly kind: 'job';
      readonly collectionUrl: URL;
      readonly projectId: string;
      readonly hub: string;
      readonly planId: string;
      readonly jobId: string;
    };

/** Asks Azure DevOps for the OIDC token of a service connection: the assertion, a JWT. */
export type RequestAssertion = (request: {
  readonly address: OidcAddress;
  readonly connectionId: string;
  /** The job's own token, from SYSTEMVSSCONNECTION. */
  readonly jobToken: string;
}) => Promise<string>;

/** An access token and what came with it. */
export interface AccessToken {
  readonly value: string;
  /** From `expires_in` at the arrival of the answer. */
  readonly expiresOn: Date;
  /** The ids of the request, with which an administrator finds the sign-in in Entra's logs. */
  readonly correlationId: string | undefined;
  readonly requestId: string | undefined;
}

/** What is exchanged for an access token, and where. */
export interface TokenRequest {
  /** `https://login.microsoftonline.com` or that of another cloud: an origin, no trailing slash. */
  readonly authorityHost: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** One scope that ends in `/.default`. */
  readonly scope: string;
  readonly assertion: string;
}

/** Exchanges the assertion for an access token at Entra's token endpoint. */
export type ExchangeToken = (request: TokenRequest) => Promise<AccessToken>;

/** Calls Azure DevOps with the access token; resolves to the name under which it knows the identity. */
export type VerifyToken = (request: {
  readonly organizationUrl: URL;
  readonly accessToken: string;
}) => Promise<string>;

/** An HTTPS request; redirects are never followed. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Called once the request is on its way: the time to do work while the service does its own. */
  readonly onSent?: () => void;
}

/** A complete answer: any status, the body as text. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends one request; a failure on the way is a TaskError with a `NETWORK_`, `PROXY_`, `TLS_`, `CA_` or
 * `RESPONSE_` code, or with `TIME_LIMIT_REACHED`.
 */
export type SendRequest = (request: HttpRequest) => Promise<HttpAnswer>;
