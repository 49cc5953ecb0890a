import type { Job } from '../job/job.ts';
import type { Retry } from '../network/retry.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import type { RequestAssertion } from './request-assertion.ts';
import { toUsableAssertion } from './usable-assertion.ts';

/** Where a step gets its assertions from; each is masked before anybody has it. */
export interface AssertionSource {
  /** The one that the job brought along, if it is worth trying; else a fresh one. */
  readonly first: () => Promise<string>;
  /** A new one from Azure DevOps. */
  readonly fresh: () => Promise<string>;
}

/** What it takes to get an assertion. */
export interface AssertionNeeds {
  readonly job: Job;
  readonly connection: FederatedConnection;
  readonly requestAssertion: RequestAssertion;
  readonly retry: Retry;
  readonly mask: (secret: string) => void;
  /** Opens the connection to where the assertion will be sent. */
  readonly connectEarly: (url: URL) => void;
}

/** The assertions of a service connection, for the step of a job. */
export function createAssertionSource(needs: AssertionNeeds): AssertionSource {
  const { job, connection, requestAssertion, retry } = needs;
  const authorityHost = new URL(connection.authorityHost);
  const masked = (assertion: string): string => {
    needs.mask(assertion);
    return assertion;
  };
  const fresh = async (): Promise<string> =>
    masked(
      await retry('The request for the assertion', async () => {
        const assertion = requestAssertion({
          address: job.oidcAddress,
          connectionId: connection.id,
          jobToken: job.token,
        });
        // Its round trips pass while those of the assertion do.
        needs.connectEarly(authorityHost);
        return assertion;
      }),
    );
  const bound = toUsableAssertion(connection.assertion, new Date());
  return { first: bound === undefined ? fresh : async () => masked(bound), fresh };
}
