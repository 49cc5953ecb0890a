import { randomUUID } from 'node:crypto';
import { azureDevOpsError } from './azure-devops-error.ts';
import type { Caller } from './gate.ts';
import { addressOf, type GitHost, type GitRepository } from './git-host.ts';
import {
  answerByRoute,
  bodyRefused,
  type Json,
  type RestCall,
  type RestRoute,
} from './rest-routes.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service-request.ts';

/** A comment on a pull request. */
export interface Comment {
  readonly pullRequest: number;
  readonly text: string;
}

/** A pull request; the names of branches begin with `refs/heads/`. */
export interface PullRequest {
  readonly id: number;
  readonly repository: GitRepository;
  readonly source: string;
  readonly target: string;
  readonly title: string;
  readonly description: string;
  /** The organisation's id of who opened it. */
  readonly createdBy: string;
  readonly createdAt: string;
}

/**
 * Repositories, pull requests and their comments by REST, with what `GitHost` has in it
 * (https://learn.microsoft.com/rest/api/azure/devops/git/).
 */
export class GitApi {
  /** Paths of `dev.azure.com` that belong to it. */
  static readonly path = /^\/[^/]+\/(?:[^/]+\/)?_apis\/git\//i;

  readonly pullRequests: PullRequest[];
  readonly comments: Comment[] = [];
  readonly #host: GitHost;
  readonly #ids = new Map<GitRepository, string>();

  constructor(host: GitHost, repository: GitRepository) {
    this.#host = host;
    this.pullRequests = [
      {
        id: 7,
        repository,
        source: 'refs/heads/topic',
        target: 'refs/heads/main',
        title: 'Of somebody else',
        description: '',
        createdBy: randomUUID(),
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ];
  }

  readonly #routes: readonly RestRoute[] = [
    { method: 'GET', path: /^git\/repositories$/i, answer: (call) => this.#list(call) },
    {
      method: 'GET',
      path: /^git\/repositories\/([^/]+)\/pullrequests$/i,
      answer: (call, repository) => this.#listPullRequests(call, repository),
    },
    {
      method: 'POST',
      path: /^git\/repositories\/([^/]+)\/pullrequests$/i,
      mediaType: 'application/json',
      answer: (call, repository) => this.#openPullRequest(call, repository),
    },
    {
      method: 'GET',
      path: /^git\/repositories\/[^/]+\/pullrequests\/(\d+)\/labels$/i,
      answer: (_, id) => this.#listLabels(Number(id)),
    },
    {
      method: 'POST',
      path: /^git\/repositories\/([^/]+)\/pullrequests\/(\d+)\/threads$/i,
      mediaType: 'application/json',
      answer: (call, _, id) => this.#comment(call, Number(id)),
    },
  ];

  /** Answers a request that the gate let in. */
  async handle(request: ServiceRequest, caller: Caller): Promise<ServiceAnswer> {
    return answerByRoute(this.#routes, request, caller);
  }

  #list({ caller, project }: RestCall): ServiceAnswer {
    const there = this.#host.repositories.filter(
      (one) => isOf(one, caller) && (project === undefined || one.project === project),
    );
    return listOf(there.map((repository) => this.#describe(repository, caller)));
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests */
  #listPullRequests(call: RestCall, idOrName = ''): ServiceAnswer {
    const repository = this.#find(call, idOrName);
    if (repository === undefined) return repositoryMissing(idOrName);
    const { searchParams } = call.request.url;
    const wanted = (name: string, value: string): boolean =>
      [null, value].includes(searchParams.get(`searchCriteria.${name}`));
    const found = this.pullRequests.filter(
      (one) =>
        one.repository === repository &&
        wanted('creatorId', one.createdBy) &&
        wanted('sourceRefName', one.source) &&
        wanted('targetRefName', one.target),
    );
    const skip = Number(searchParams.get('$skip') ?? 0);
    const page = found.slice(skip, skip + Number(searchParams.get('$top') ?? 100));
    return listOf(page.map((one) => this.#describePullRequest(one, call.caller)));
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/create */
  async #openPullRequest(call: RestCall, idOrName = ''): Promise<ServiceAnswer> {
    const repository = this.#find(call, idOrName);
    if (repository === undefined) return repositoryMissing(idOrName);
    const { sourceRefName, targetRefName, title, description = '' } = call.body as Json;
    for (const value of [sourceRefName, targetRefName, title, description]) {
      if (typeof value !== 'string') return bodyRefused();
    }
    const [source, target] = [String(sourceRefName), String(targetRefName)];
    if (
      !(await this.#isBranch(repository, source)) ||
      !(await this.#isBranch(repository, target))
    ) {
      return azureDevOpsError(
        400,
        // As in https://github.com/shayki5/azure-devops-create-pr-task/issues/120.
        'TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists, or the requested refs are not branches',
        'GitPullRequestCannotBeActivated',
      );
    }
    const isSame = (one: PullRequest): boolean =>
      one.repository === repository && one.source === source && one.target === target;
    if (this.pullRequests.some(isSame)) {
      return azureDevOpsError(
        409,
        // As in https://github.com/Azure/azure-cli/issues/29914.
        'TF401179: An active pull request for the source and target branch already exists.',
        'GitPullRequestExistsException',
      );
    }
    const opened: PullRequest = {
      id: Math.max(...this.pullRequests.map(({ id }) => id)) + 1,
      repository,
      source,
      target,
      title: String(title),
      description: String(description),
      createdBy: call.caller.id,
      createdAt: new Date().toISOString(),
    };
    this.pullRequests.push(opened);
    return jsonAnswer(201, this.#describePullRequest(opened, call.caller));
  }

  /** None has any: https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-labels/list */
  #listLabels(pullRequest: number): ServiceAnswer {
    return this.#has(pullRequest) ? listOf([]) : pullRequestMissing();
  }

  #comment({ body }: RestCall, pullRequest: number): ServiceAnswer {
    if (!this.#has(pullRequest)) return pullRequestMissing();
    const { comments } = body as { readonly comments?: readonly Json[] };
    const texts = (comments ?? []).map(({ content }) => content);
    if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
      return bodyRefused();
    }
    for (const text of texts) this.comments.push({ pullRequest, text });
    return jsonAnswer(200, { id: this.comments.length, comments, status: 'active' });
  }

  #has(pullRequest: number): boolean {
    return this.pullRequests.some(({ id }) => id === pullRequest);
  }

  #find({ caller, project }: RestCall, idOrName: string): GitRepository | undefined {
    return this.#host.repositories.find(
      (one) =>
        isOf(one, caller) &&
        // Only an id says by itself which repository is meant.
        (this.#idOf(one) === idOrName || (one.project === project && one.name === idOrName)),
    );
  }

  async #isBranch(repository: GitRepository, ref: string): Promise<boolean> {
    const [, name] = /^refs\/heads\/(.+)$/.exec(ref) ?? [];
    return name !== undefined && (await this.#host.readBranch(repository, name)) !== undefined;
  }

  #idOf(repository: GitRepository): string {
    const id = this.#ids.get(repository) ?? randomUUID();
    this.#ids.set(repository, id);
    return id;
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/repositories/list */
  #describe(repository: GitRepository, { organization }: Caller): Json {
    const { name, project } = repository;
    const known = organization.projects.find((one) => one.name === project);
    const id = this.#idOf(repository);
    const address = addressOf(repository);
    return {
      id,
      name,
      url: `https://dev.azure.com/${organization.name}/_apis/git/repositories/${id}`,
      project: {
        id: known?.id ?? organization.identityId(`project/${project}`),
        name: project,
        state: 'wellFormed',
        visibility: 'private',
      },
      defaultBranch: 'refs/heads/main',
      // With the organization as the user name, as the service hands it out for cloning.
      remoteUrl: address.replace('https://', `https://${organization.name}@`),
      webUrl: address,
      isDisabled: false,
    };
  }

  #describePullRequest(pullRequest: PullRequest, caller: Caller): Json {
    const { id, repository, source, target, title, description } = pullRequest;
    const described = this.#describe(repository, caller);
    return {
      repository: described,
      pullRequestId: id,
      codeReviewId: id,
      status: 'active',
      createdBy: { id: pullRequest.createdBy },
      creationDate: pullRequest.createdAt,
      title,
      description,
      sourceRefName: source,
      targetRefName: target,
      isDraft: false,
      reviewers: [],
      url: `${String(described['url'])}/pullRequests/${id}`,
    };
  }
}

function isOf({ organization }: GitRepository, caller: Caller): boolean {
  return organization === caller.organization.name;
}

const listOf = (value: readonly Json[]): ServiceAnswer =>
  jsonAnswer(200, { count: value.length, value });

const repositoryMissing = (idOrName: string): ServiceAnswer =>
  azureDevOpsError(
    404,
    `TF401019: The Git repository with name or identifier ${idOrName} does not exist or you do not have permissions for the operation you are attempting.`,
    'GitRepositoryNotFoundException',
  );

const pullRequestMissing = (): ServiceAnswer =>
  azureDevOpsError(
    404,
    'TF401180: The requested pull request was not found.',
    'GitPullRequestNotFoundException',
  );
