import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createMachineEnvironment } from '../agent/environment.ts';
import type { Caller } from './gate.ts';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';

/** A repository that an organisation has. */
export interface GitRepository {
  readonly organization: string;
  readonly project: string;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Repositories at a path of this one; they must stand before it. */
  readonly submodules?: Readonly<Record<string, GitRepository>>;
}

/** Azure Repos: git's own `http-backend` behind the address of the service. */
export class GitHost {
  /** Paths of `dev.azure.com` that belong to it. */
  static readonly path = /^\/[^/]+\/[^/]+\/_git\/[^/]+\//;

  readonly repositories: readonly GitRepository[];
  readonly #folder: string;
  #made: Promise<unknown> | undefined;

  constructor(folder: string, repositories: readonly GitRepository[]) {
    this.#folder = folder;
    this.repositories = repositories;
  }

  /** Answers a request of a git client that the gate let in. */
  async handle(request: ServiceRequest, caller: Caller): Promise<ServiceAnswer> {
    await this.#ready();
    const { pathname, search } = request.url;
    const [, organization = '', project = '', name = '', rest = ''] =
      /^\/([^/]+)\/([^/]+)\/_git\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
    const known = this.repositories.find(
      (repository) =>
        repository.organization === organization &&
        repository.project === project &&
        repository.name === name,
    );
    if (!known) {
      const message = `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`;
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: message };
    }
    const protocol = request.headers['git-protocol'];
    const encoding = request.headers['content-encoding'];
    const output = await run('git', ['http-backend'], {
      input: request.body,
      env: {
        GIT_PROJECT_ROOT: this.#folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `${pathOf(known)}${rest}`,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        CONTENT_LENGTH: String(request.body.length),
        REMOTE_ADDR: '127.0.0.1',
        // A known user may push.
        REMOTE_USER: caller.id,
        ...(encoding === undefined ? {} : { HTTP_CONTENT_ENCODING: encoding }),
        ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol }),
      },
    });
    return parseCgi(output);
  }

  /** The commit at a branch; undefined without one. */
  async readBranch(repository: GitRepository, branch: string): Promise<string | undefined> {
    await this.#ready();
    const folder = join(this.#folder, pathOf(repository));
    const output = await run('git', [
      '--git-dir',
      folder,
      'for-each-ref',
      '--format=%(objectname)',
      `refs/heads/${branch}`,
    ]);
    return output.toString().trim() || undefined;
  }

  /** A file at a branch, for tests that pushed. */
  async readFile(repository: GitRepository, branch: string, path: string): Promise<string> {
    await this.#ready();
    const folder = join(this.#folder, pathOf(repository));
    const name = `refs/heads/${branch}:${path}`;
    return (await run('git', ['--git-dir', folder, 'show', name])).toString();
  }

  /** Makes the repositories when they are first needed: most worlds never see a git client. */
  async #ready(): Promise<void> {
    this.#made ??= this.#makeAll();
    await this.#made;
  }

  async #makeAll(): Promise<void> {
    const commits = new Map<GitRepository, string>();
    for (const repository of this.repositories) {
      commits.set(repository, await this.#make(repository, commits));
    }
  }

  /** Makes a repository with one commit, whose id it returns. */
  async #make(
    repository: GitRepository,
    commits: ReadonlyMap<GitRepository, string>,
  ): Promise<string> {
    const bare = join(this.#folder, pathOf(repository));
    const work = `${bare}-work`;
    await mkdir(work, { recursive: true });
    const git = (...args: string[]): Promise<Buffer> =>
      run('git', [
        '-C',
        work,
        '-c',
        'user.name=Contoso',
        '-c',
        'user.email=git@contoso.example',
        ...args,
      ]);
    await git('init', '--quiet', '--initial-branch', 'main');
    const submodules = Object.entries(repository.submodules ?? {});
    const files = { ...repository.files };
    if (submodules.length > 0) {
      files['.gitmodules'] = submodules
        .map(
          ([path, other]) =>
            `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${addressOf(other)}\n`,
        )
        .join('');
    }
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), content);
    }
    await git('add', '.');
    for (const [path, other] of submodules) {
      await git(
        'update-index',
        '--add',
        '--cacheinfo',
        `160000,${commits.get(other) ?? ''},${path}`,
      );
    }
    await git('commit', '--quiet', '--message', 'Begin');
    await git('clone', '--quiet', '--bare', work, bare);
    return (await git('rev-parse', 'HEAD')).toString().trim();
  }
}

/** The address that clients clone from. */
export function addressOf({ organization, project, name }: GitRepository): string {
  return `https://dev.azure.com/${organization}/${project}/_git/${name}`;
}

function pathOf({ organization, project, name }: GitRepository): string {
  return `/${organization}/${project}/${name}.git`;
}

/** RFC 3875, section 6: headers, an empty line, the body. */
function parseCgi(output: Buffer): ServiceAnswer {
  const end = output.indexOf('\r\n\r\n');
  const headers = Object.fromEntries(
    output
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}

async function run(
  file: string,
  args: readonly string[],
  { input, env = {} }: { readonly input?: Buffer; readonly env?: Record<string, string> } = {},
): Promise<Buffer> {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Not the settings of whoever runs this.
    env: createMachineEnvironment({ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '', ...env }),
  });
  const output: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => void output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined).end(input);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return Buffer.concat(output);
}
