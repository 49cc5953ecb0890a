import type { JobIdentity } from '../contract.ts';
import { verifyAccessToken } from './access-token.ts';
import { anonymousId, azureDevOpsError, signInAnswer, unauthorized } from './azure-devops-error.ts';
import type { Organization } from './organization.ts';
import { parseOrganizationAddress } from './organization-address.ts';
import { azureDevOpsAppId } from './resource-catalog.ts';
import {
  readCredential,
  type ServiceAnswer,
  type ServiceHandler,
  type ServiceRequest,
} from './service-request.ts';

/** Who passed the gate. */
export interface Caller {
  readonly kind: 'service-principal' | 'build-service' | 'anonymous';
  readonly organization: Organization;
  /** The organisation's own id of the identity. */
  readonly id: string;
  /** Entra's object id, of a service principal. */
  readonly objectId?: string;
  readonly clientId?: string;
  readonly tenantId?: string;
}

/** What the gate says of a request. */
export type Admission = { readonly caller: Caller } | { readonly refusal: ServiceAnswer };

/** What the gate needs to know. */
export interface GateOptions {
  readonly findOrganization: (name: string) => Organization | undefined;
  /** The running job that a token belongs to; it may call the REST API, too. */
  readonly findJob: (token: string) => JobIdentity | undefined;
}

/**
 * The door in front of everything that an organisation serves: REST, git, packages.
 *
 * It admits an Entra access token for Azure DevOps of the organisation's own tenant, as Bearer or
 * as the password of Basic with any user name, or a running job's token.
 */
export class Gate {
  /** What a caller without a valid credential gets that did not ask for a plain 401. */
  signIn: 'redirect' | 'page' = 'redirect';
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Puts the gate in front of a handler. */
  guard(
    handler: (request: ServiceRequest, caller: Caller) => ServiceAnswer | Promise<ServiceAnswer>,
  ): ServiceHandler {
    return async (request) => {
      const admission = await this.admit(request);
      return 'refusal' in admission ? admission.refusal : handler(request, admission.caller);
    };
  }

  /** Judges the credential of one request. */
  async admit(request: ServiceRequest): Promise<Admission> {
    const address = parseOrganizationAddress(request.host, request.url.pathname);
    const organization = address && this.#options.findOrganization(address.organization);
    if (!organization) {
      // Wording assumed: reports show a 404 page of varying text.
      const name = address?.organization ?? request.host;
      return {
        refusal: azureDevOpsError(
          404,
          `The organization '${name}' was not found.`,
          'HttpException',
        ),
      };
    }
    const token = readCredential(request);
    const job = token === undefined ? undefined : this.#options.findJob(token);
    if (job?.organization.toLowerCase() === organization.name) {
      const id = organization.identityId(`build-service/${job.projectId}`);
      return { caller: { kind: 'build-service', organization, id } };
    }
    const verdict = await verifyAccessToken(token, [
      azureDevOpsAppId,
      'https://app.vssps.visualstudio.com',
    ]);
    // An expired token and one for another resource get the same answer as none.
    if (verdict.kind !== 'valid') return { refusal: this.refuseAnonymous(request, organization) };

    const { claims } = verdict;
    const objectId = String(claims['oid']);
    if (claims['tid'] !== organization.tenant.id) {
      return { refusal: this.#refuse(request, organization, objectId) };
    }
    const access = organization.access.get(objectId);
    const caller: Caller = {
      kind: 'service-principal',
      organization,
      id: organization.identityId(objectId),
      objectId,
      clientId: String(claims['appid']),
      tenantId: organization.tenant.id,
    };
    switch (access) {
      case 'basic':
        return { caller };
      case 'anonymous':
        return { caller: { kind: 'anonymous', organization, id: anonymousId } };
      case undefined:
        return { refusal: this.#refuse(request, organization, objectId) };
      case 'sign-in-once': {
        const account = `${organization.tenant.id}\\${organization.tenant.id}\\${objectId}`;
        return {
          refusal: azureDevOpsError(
            401,
            `TF401444: Please sign-in at least once as ${account} in a web browser to enable access to the service.`,
            'UnauthorizedRequestException',
          ),
        };
      }
      case 'not-materialized':
        return {
          refusal: azureDevOpsError(
            401,
            `Identity ${caller.id} has not been materialized, please use interactive login over the browser first.`,
            'IdentityNotMaterializedException',
          ),
        };
      case 'conditional-access':
        return {
          // The status is an assumption; the sentence and the type are reported.
          refusal: azureDevOpsError(
            401,
            'VS403463: The conditional access policy defined by your Microsoft Entra administrator has failed.',
            'VssServiceException',
          ),
        };
      case 'no-licence':
        return {
          refusal: azureDevOpsError(
            403,
            `TF50309: The following account does not have sufficient permissions to complete the operation: ${objectId}. The following permissions are needed to perform this operation: View instance-level information.`,
            'AccessCheckException',
          ),
        };
      default:
        return access satisfies never;
    }
  }

  /** The answer to a caller without a valid credential. */
  refuseAnonymous(request: ServiceRequest, organization: Organization): ServiceAnswer {
    return this.#refuse(request, organization, anonymousId);
  }

  /** Sends a stranger to the sign-in page, with a good token as without one, unless he asks for a plain refusal. */
  #refuse(request: ServiceRequest, organization: Organization, identity: string): ServiceAnswer {
    const isPlain =
      request.headers['x-tfs-fedauthredirect']?.toLowerCase() === 'suppress' ||
      request.headers['authorization']?.toLowerCase().startsWith('basic ') === true ||
      // git and the package clients ask without a credential first and expect to be challenged.
      request.url.pathname.includes('/_git/') ||
      request.host.startsWith('pkgs.');
    if (!isPlain) return signInAnswer(this.signIn, request.host);
    return this.#challenge(organization, unauthorized(identity));
  }

  #challenge(organization: Organization, answer: ServiceAnswer): ServiceAnswer {
    const authority = `https://login.microsoftonline.com/${organization.tenant.id}`;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'www-authenticate': [
          `Bearer authorization_uri=${authority}`,
          'Basic realm="https://tfsprodweu3.visualstudio.com/"',
          'TFS-Federated',
        ],
      },
    };
  }
}
