import type { ServiceConnection } from '../contract.ts';
import { azureDevOpsError } from './azure-devops-error.ts';
import type { Caller } from './gate.ts';
import {
  answerByRoute,
  bodyRefused,
  type Json,
  type RestCall,
  type RestRoute,
} from './rest-routes.ts';
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

/**
 * What scripts do in a project by REST: work items, wiki pages, runs of pipelines
 * (https://learn.microsoft.com/rest/api/azure/devops/). It refuses what the service refuses: a field or a
 * version that is missing, what is not there.
 */
export class ProjectApi {
  /** Paths of `dev.azure.com` that belong to it. */
  static readonly path = /^\/[^/]+\/(?:[^/]+\/)?_apis\/(?:wit|wiki|pipelines|serviceendpoint)\//i;

  readonly workItems: Json[] = [];
  readonly wikiPages = new Map<string, WikiPage>([
    ['/Releases', { content: '# Releases\n', version: 1 }],
  ]);
  readonly runs: QueuedRun[] = [];
  readonly #pipelines: ReadonlySet<number> = new Set([12]);
  readonly #findConnection: (id: string) => ServiceConnection | undefined;

  constructor(findConnection: (id: string) => ServiceConnection | undefined) {
    this.#findConnection = findConnection;
  }

  readonly #routes: readonly RestRoute[] = [
    {
      method: 'POST',
      path: /^wit\/workitems\/(?:\$|%24)([^/]+)$/i,
      mediaType: 'application/json-patch+json',
      answer: (call, type) => this.#createWorkItem(call, type),
    },
    {
      method: 'POST',
      path: /^wit\/wiql$/i,
      mediaType: 'application/json',
      answer: (call) => this.#findWorkItems(call),
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
  async handle(request: ServiceRequest, caller: Caller): Promise<ServiceAnswer> {
    return answerByRoute(this.#routes, request, caller);
  }

  #createWorkItem({ body, address }: RestCall, type = ''): ServiceAnswer {
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

  /**
   * https://learn.microsoft.com/rest/api/azure/devops/wit/wiql/query-by-wiql. Of the language it knows a
   * condition on the title.
   */
  #findWorkItems({ body, address }: RestCall): ServiceAnswer {
    const { query } = body as Json;
    if (typeof query !== 'string') return bodyRefused();
    const [, title] = /\[System\.Title\] = '((?:[^']|'')*)'/.exec(query) ?? [];
    const wanted = title?.replaceAll("''", "'");
    const found = this.workItems.filter(({ fields }) => {
      return wanted === undefined || (fields as Json)['System.Title'] === wanted;
    });
    return jsonAnswer(200, {
      queryType: 'flat',
      workItems: found.map(({ id }) => ({
        id,
        url: `${address}/_apis/wit/workItems/${String(id)}`,
      })),
    });
  }

  #readPage({ request }: RestCall): ServiceAnswer {
    const path = request.url.searchParams.get('path') ?? '/';
    const page = this.wikiPages.get(path);
    if (page === undefined) return pageMissing(path);
    const content =
      request.url.searchParams.get('includeContent') === 'true' ? { content: page.content } : {};
    return jsonAnswer(200, { path, ...content }, { etag: `"${page.version}"` });
  }

  #writePage({ request, body }: RestCall): ServiceAnswer {
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

  #queue({ body, address }: RestCall, pipeline: number): ServiceAnswer {
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

const pageMissing = (path: string): ServiceAnswer =>
  azureDevOpsError(
    404,
    `Wiki page '${path}' could not be found. Ensure that the path of the page is correct and the page exists.`,
    'WikiPageNotFoundException',
  );
