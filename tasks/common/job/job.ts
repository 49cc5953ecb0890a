import { TaskError } from '../errors/task-error.ts';
import { isWithin, toOrganization, type Organization } from './organization.ts';
import type { Agent } from '../agent/agent.ts';
import type { OidcAddress } from '../assertion/request-assertion.ts';
import { quote } from '../text/text.ts';

/** The job that runs the step, as far as it is needed to ask for an assertion. */
export interface Job {
  /** The organisation (or collection) that the job's own token belongs to. */
  readonly organization: Organization;
  readonly token: string;
  readonly oidcAddress: OidcAddress;
}

const jobConnection = 'SYSTEMVSSCONNECTION';

/**
 * Reads the job's own connection and the addresses that its token may be sent to. Variables can be set
 * by anybody who edits the pipeline; the connection cannot, so it decides what the organisation is.
 */
export function parseJob(agent: Pick<Agent, 'readServiceConnection' | 'readVariable'>): Job {
  const connection = agent.readServiceConnection(jobConnection);
  const token = connection?.parameters['AccessToken'];
  if (connection === undefined || typeof token !== 'string' || token === '') {
    throw new TaskError(
      'JOB_TOKEN_MISSING',
      `The agent handed this step no token of the job (${jobConnection}).`,
    );
  }
  const address = parseUrl(connection.url);
  const service = address && toOrganization(address);
  if (service === undefined) {
    throw new TaskError(
      'OIDC_ADDRESS_MISSING',
      `The job's own connection (${jobConnection}) has the address ${quote(connection.url)}, which is no https address of an organization.`,
    );
  }
  const collection = readCollection(agent, service);
  return {
    organization: collection ?? service,
    token,
    oidcAddress: readOidcAddress(agent, service, collection),
  };
}

const parseUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;

// The collection's address: in a release the connection's own may be that of Release Management.
function readCollection(
  agent: Pick<Agent, 'readVariable'>,
  service: Organization,
): Organization | undefined {
  for (const name of ['System.CollectionUri', 'System.TeamFoundationCollectionUri']) {
    const value = agent.readVariable(name);
    if (value === undefined) continue;
    const url = parseUrl(value);
    if (url === undefined || !isWithin(url, service)) throw foreign(name, value, service);
    return toOrganization(url);
  }
  return undefined;
}

function readOidcAddress(
  agent: Pick<Agent, 'readVariable'>,
  service: Organization,
  collection: Organization | undefined,
): OidcAddress {
  const name = 'System.OidcRequestUri';
  const value = agent.readVariable(name);
  if (value !== undefined) {
    const url = parseUrl(value);
    if (url === undefined || !isWithin(url, service)) throw foreign(name, value, service);
    return { kind: 'request-uri', url };
  }
  const names = ['System.TeamProjectId', 'System.HostType', 'System.PlanId', 'System.JobId'];
  const [projectId, hub, planId, jobId] = names.map((part) => agent.readVariable(part));
  const missing = names.filter((part) => agent.readVariable(part) === undefined);
  if (collection === undefined || !projectId || !hub || !planId || !jobId) {
    throw new TaskError(
      'OIDC_ADDRESS_MISSING',
      'The job has no variable System.OidcRequestUri, and the address cannot be built either without ' +
        `${[...(collection === undefined ? ['System.CollectionUri'] : []), ...missing].join(', ')}.`,
    );
  }
  return { kind: 'job', collectionUrl: collection.url, projectId, hub, planId, jobId };
}

function foreign(name: string, value: string, service: Organization): TaskError {
  return new TaskError(
    'OIDC_ADDRESS_FOREIGN',
    `The variable ${name} is ${quote(value)}, which is no https address within ${service.url.href}, the organization of this job.`,
  );
}
