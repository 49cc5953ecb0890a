import type { ServiceConnection } from '../contract.ts';
import { azureDevOpsError } from './azure-devops-error.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service-request.ts';

/** A page of a wiki. */
export interface WikiPage {
  readonly content: string;
  /** Its version, which a change of it has to name. */
  readonly version: number;
}

/** A run of a pipeline that was queued. */
export interface QueuedRun {
  readonly pipeline: number;
  readonly branch: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A comment on a pull request. */
export interface Comment {
  readonly pullRequest: number;
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

/** A route of the API: what is asked of it, with the parts of its path. */
interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly mediaType?: string;
  readonly answer: (call: Call, ...parts: string[]) => ServiceAnswer;
}

interface Call {
  readonly request: ServiceRequest;
  /** The project's address. */
  readonly address: string;
  readonly body: unknown;
}

/**
 * What scripts do in a project by REST: work items, wiki pages, comments on pull requests, runs of pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/). It refuses what the service refuses: a call without a
 * version, another media type, a field or a version that is missing, what is not there.
 */
export class ProjectApi {
  /** Paths of `dev.azure.com` that belong to it. */
  static readonly path = /^\/[^/]+\/[^/]+\/_apis\/(?:wit|wiki|git|pipelines|serviceendpoint)\//i;

  readonly workItems: Json[] = [];
  readonly wikiPages = new Map<string, WikiPage>([
    ['/Releases', { content: '# Releases\n', version: 1 }],
  ]);
  readonly comments: Comment[] = [];
  readonly runs: QueuedRun[] = [];
  readonly #pullRequests: ReadonlySet<number> = new Set([7]);
  readonly #pipelines: ReadonlySet<number> = new Set([12]);
  readonly #findConnection: (id: string) => ServiceConnection | undefined;

  constructor(findConnection: (id: string) => ServiceConnection | undefined) {
    this.#findConnection = findConnection;
  }

  readonly #routes: readonly Route[] = [
    {
      method: 'POST',
      path: /^wit\/workitems\/(?:\$|%24)([^/]+)$/i,
      mediaType: 'application/json-patch+json',
      answer: (call, type) => this.#createWorkItem(call, type),
    },
    {
      method: 'GET',
      path: /^wiki\/wikis\/([^/]+)\/pages$/i,
      answer: (call) => this.#readPage(call),
    },
    {
      method: 'PUT',
      path: /^wiki\/wikis\/([^/]+)\/pages$/i,
      mediaType: 'application/json',
      answer: (call) => this.#writePage(call),
    },
    {
      method: 'POST',
      path: /^git\/repositories\/([^/]+)\/pullrequests\/(\d+)\/threads$/i,
      mediaType: 'application/json',
      answer: (call, _, id) => this.#comment(call, Number(id)),
    },
    {
      method: 'GET',
      path: /^serviceendpoint\/endpoints\/([^/]+)$/i,
      answer: (_, id) => this.#readConnection(id),
    },
    {
      method: 'POST',
      path: /^pipelines\/(\d+)\/runs$/i,
      mediaType: 'application/json',
      answer: (call, id) => this.#queue(call, Number(id)),
    },
  ];

  /** Answers a request that the gate let in. */
  handle(request: ServiceRequest): ServiceAnswer {
    const { pathname, searchParams } = request.url;
    const [, organization = '', project = '', resource = ''] =
      /^\/([^/]+)\/([^/]+)\/_apis\/(.+)$/.exec(pathname) ?? [];
    for (const route of this.#routes) {
      const [whole, ...parts] = route.path.exec(resource) ?? [];
      if (whole === undefined || route.method !== request.method) continue;
      if (!searchParams.has('api-version')) return versionMissing(request.method);
      if (route.mediaType !== undefined && !hasMediaType(request, route.mediaType)) {
        return mediaTypeRefused(request);
      }
      const body = route.mediaType === undefined ? undefined : parseJson(request);
      if (route.mediaType !== undefined && body === undefined) return bodyRefused();
      const address = `https://dev.azure.com/${organization}/${project}`;
      return route.answer({ request, address, body }, ...parts.map(decodeURIComponent));
    }
    return azureDevOpsError(
      404,
      `The controller for path '${pathname}' was not found or does not implement IController.`,
      'HttpException',
      0,
    );
  }

  #createWorkItem({ body, address }: Call, type = ''): ServiceAnswer {
    const operations = (Array.isArray(body) ? body : []) as readonly Json[];
    const fields = Object.fromEntries(
      operations
        .filter(({ op, path }) => op === 'add' && String(path).startsWith('/fields/'))
        .map(({ path, value }) => [String(path).slice('/fields/'.length), value]),
    );
    if (typeof fields['System.Title'] !== 'string' || fields['System.Title'] === '') {
      return azureDevOpsError(
        400,
        'TF401320: Rule Error for field Title. Error code: Required, HasValues, LimitedToValues, AllowsOldValue, InvalidEmpty.',
        'RuleValidationException',
      );
    }
    const id = this.workItems.length + 1;
    const item = { id, rev: 1, fields: { 'System.WorkItemType': type, ...fields } };
    this.workItems.push(item);
    return jsonAnswer(200, { ...item, url: `${address}/_apis/wit/workItems/${id}` });
  }

  #readPage({ request }: Call): ServiceAnswer {
    const path = request.url.searchParams.get('path') ?? '/';
    const page = this.wikiPages.get(path);
    if (page === undefined) return pageMissing(path);
    const content =
      request.url.searchParams.get('includeContent') === 'true' ? { content: page.content } : {};
    return jsonAnswer(200, { path, ...content }, { etag: `"${page.version}"` });
  }

  #writePage({ request, body }: Call): ServiceAnswer {
    const path = request.url.searchParams.get('path') ?? '/';
    const { content } = body as Json;
    if (typeof content !== 'string') return bodyRefused();
    const before = this.wikiPages.get(path);
    const expected = request.headers['if-match'];
    if (before !== undefined && expected === undefined) {
      return azureDevOpsError(
        409,
        `The page '${path}' specified in the add operation already exists in the wiki. Please specify a new page path.`,
        'WikiPageAlreadyExistsException',
      );
    }
    if (before !== undefined && expected !== `"${before.version}"`) {
      return azureDevOpsError(
        412,
        `The page '${path}' specified in the edit operation has changed.`,
        'WikiPageHasConflictsException',
      );
    }
    const version = (before?.version ?? 0) + 1;
    this.wikiPages.set(path, { content, version });
    return jsonAnswer(
      before === undefined ? 201 : 200,
      { path, content },
      { etag: `"${version}"` },
    );
  }

  #comment({ body }: Call, pullRequest: number): ServiceAnswer {
    if (!this.#pullRequests.has(pullRequest)) {
      return azureDevOpsError(
        404,
        'TF401180: The requested pull request was not found.',
        'GitPullRequestNotFoundException',
      );
    }
    const { comments } = body as { readonly comments?: readonly Json[] };
    const texts = (comments ?? []).map(({ content }) => content);
    if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
      return bodyRefused();
    }
    for (const text of texts) this.comments.push({ pullRequest, text });
    return jsonAnswer(200, { id: this.comments.length, comments, status: 'active' });
  }

  /** Without what it holds, as the service answers. */
  #readConnection(id = ''): ServiceAnswer {
    const connection = this.#findConnection(id);
    // What is not there, and what the identity may not see, is answered with nothing.
    if (connection === undefined) return jsonAnswer(200, null);
    const { name, type, url, authorization } = connection;
    return jsonAnswer(200, {
      id,
      name,
      type,
      url,
      authorization: { scheme: authorization.scheme },
    });
  }

  #queue({ body, address }: Call, pipeline: number): ServiceAnswer {
    if (!this.#pipelines.has(pipeline)) {
      return azureDevOpsError(
        404,
        `Pipeline with id ${pipeline} could not be found.`,
        'PipelineNotFoundException',
      );
    }
    const { resources, templateParameters = {} } = body as {
      readonly resources?: { readonly repositories?: { readonly self?: { refName?: string } } };
      readonly templateParameters?: Json;
    };
    const branch = resources?.repositories?.self?.refName ?? 'refs/heads/main';
    this.runs.push({ pipeline, branch, parameters: templateParameters });
    const id = 100 + this.runs.length;
    return jsonAnswer(200, {
      id,
      state: 'inProgress',
      templateParameters,
      _links: { web: { href: `${address}/_build/results?buildId=${id}` } },
    });
  }
}

function hasMediaType(request: ServiceRequest, wanted: string): boolean {
  const [given = ''] = (request.headers['content-type'] ?? '').split(';');
  return given.trim().toLowerCase() === wanted;
}

function parseJson(request: ServiceRequest): unknown {
  try {
    const value = JSON.parse(request.body.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const versionMissing = (method: string): ServiceAnswer =>
  azureDevOpsError(
    400,
    `No api-version was supplied for the "${method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    'VssVersionNotSpecifiedException',
  );

const mediaTypeRefused = (request: ServiceRequest): ServiceAnswer =>
  azureDevOpsError(
    415,
    `The request contains an entity body with a media type '${request.headers['content-type'] ?? ''}' that the server does not support.`,
    'UnsupportedMediaTypeException',
  );

const bodyRefused = (): ServiceAnswer =>
  azureDevOpsError(
    400,
    'Value cannot be null. Parameter name: the body of the request',
    'VssPropertyValidationException',
  );

const pageMissing = (path: string): ServiceAnswer =>
  azureDevOpsError(
    404,
    `Wiki page '${path}' could not be found. Ensure that the path of the page is correct and the page exists.`,
    'WikiPageNotFoundException',
  );
