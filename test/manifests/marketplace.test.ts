import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageExtension, type PackageOptions } from '../../.ci/package/package.ts';
import { toPreviewExtension, toPreviewTask } from '../../.ci/package/preview.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const taskManifest = 'tasks/EntraToken/EntraTokenV1/task.json';
const extension = JSON.parse(read('vss-extension.json')) as Record<string, unknown>;
const task = JSON.parse(read(taskManifest)) as Record<string, unknown>;
const { homepage, marketplace, devDependencies, dependencies } = JSON.parse(
  read('package.json'),
) as {
  readonly homepage: string;
  readonly marketplace: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe('the extension on the Marketplace', () => {
  it('has its links, all of them from the homepage', () => {
    assert.deepEqual(extension['links'], {
      getstarted: { uri: `${homepage}#readme` },
      learn: { uri: `${homepage}/tree/main/docs` },
      support: { uri: `${homepage}/blob/main/docs/troubleshooting.md` },
      issues: { uri: `${homepage}/issues` },
      license: { uri: `${homepage}/blob/main/LICENSE` },
    });
    assert.deepEqual(extension['repository'], { type: 'git', uri: homepage });
    assert.deepEqual(extension['CustomerQnASupport'], {
      enableMarketplaceQnA: true,
      url: `${homepage}/issues`,
    });
  });

  it('repeats the homepage only where npm run owner finds it', () => {
    const owner = /^https:\/\/github\.com\/([^/]+)\//.exec(homepage)?.[1] ?? '';
    for (const path of ['vss-extension.json', taskManifest, '.github/ISSUE_TEMPLATE/config.yml']) {
      const text = read(path);
      assert.ok(text.includes(homepage), path);
      assert.ok(!text.replaceAll(homepage, '').includes(`github.com/${owner}`), path);
    }
  });

  it('is named and linked alike wherever a person is told to install it', () => {
    const name = extension['name'] as string;
    for (const path of ['README.md', 'docs/moving-from-a-pat.md']) {
      assert.ok(read(path).includes(`[${name}](${marketplace})`), path);
    }
    assert.ok(read('README.md').startsWith(`# ${name}\n`));
    assert.equal(task['author'], name);
  });

  it('is not public by itself, asks for no scopes and shows no badges', () => {
    assert.equal(extension['public'], false);
    assert.ok(!('scopes' in extension) && !('demands' in extension));
    assert.deepEqual(extension['badges'], []);
  });

  it('says in two hundred characters what it is, for whom searches', () => {
    assert.deepEqual(extension['categories'], ['Azure Pipelines']);
    assert.deepEqual(extension['targets'], [{ id: 'Microsoft.VisualStudio.Services' }]);
    const description = extension['description'] as string;
    assert.ok(description.length <= 200 && description.includes('Microsoft Entra access token'));
    const tags = extension['tags'] as readonly string[];
    assert.equal(new Set(tags).size, tags.length);
    for (const tag of tags) assert.ok(tag.length <= 50 && !tag.includes(','), tag);
  });
});

async function packageManifest(options: PackageOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const vsix = await packageExtension({ ...options, folder });
    const files = unzipSync(readFileSync(vsix));
    return Buffer.from(files['extension.vsixmanifest'] ?? []).toString('utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the try-out', () => {
  it('is an extension and a task of its own, and private', () => {
    const preview = toPreviewExtension({ ...extension, public: true, version: '1.2.3' }, 77);
    assert.equal(preview['id'], 'entra-token-preview');
    assert.equal(preview['version'], '1.2.3.77');
    assert.equal(preview['public'], false);
    const tried = toPreviewTask(task, 77);
    assert.notEqual(tried['id'], task['id']);
    assert.equal(tried['name'], 'EntraTokenPreview');
    assert.ok((tried['friendlyName'] as string).length <= 40);
    assert.deepEqual(tried['version'], { ...(task['version'] as object), Patch: 77 });
    assert.deepEqual(tried['inputs'], task['inputs']);
    assert.throws(() => toPreviewTask(task, Number('$(Build.BuildId)')), /whole number/);
  });

  it('is packaged as private, and a release as public when it is said', async () => {
    const preview = await packageManifest({ publisher: 'contoso', preview: 5 });
    assert.match(preview, /Id="entra-token-preview" Version="[\d.]+\.5" Publisher="contoso"/);
    assert.match(preview, /<GalleryFlags\/>/);
    const release = await packageManifest({ publisher: 'contoso', public: true });
    assert.match(release, /Id="entra-token" /);
    assert.match(release, /<GalleryFlags>Public<\/GalleryFlags>/);
    await assert.rejects(packageManifest({ public: true, preview: 5 }), /never public/);
  });
});

describe('the habits of the repository', () => {
  it('ask in an issue for the error code, and never for a token', () => {
    const form = parse(read('.github/ISSUE_TEMPLATE/error.yml')) as {
      readonly body: readonly {
        readonly id?: string;
        readonly attributes: { readonly value?: string };
        readonly validations?: { readonly required?: boolean };
      }[];
    };
    const code = form.body.find(({ id }) => id === 'code');
    assert.equal(code?.validations?.required, true);
    assert.match(form.body[0]?.attributes.value ?? '', /\*\*Never paste a token/);
  });

  it('hold back the packages that leave Node 20', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as {
      readonly updates: readonly {
        readonly ignore: readonly {
          readonly 'dependency-name': string;
          readonly versions: string[];
        }[];
      }[];
    };
    const ignored = new Map(
      updates[0]?.ignore.map((entry) => [entry['dependency-name'], entry.versions] as const),
    );
    assert.deepEqual(ignored.get('@azure/identity'), [`>${dependencies['@azure/identity'] ?? ''}`]);
    const major = Number(devDependencies['@types/node']?.split('.')[0]);
    assert.equal(major, 20);
    assert.deepEqual(ignored.get('@types/node'), [`>=${major + 1}`]);
  });

  it('test on three systems with both versions of Node that the task runs on', () => {
    const { stages } = parse(read('azure-pipelines.yml')) as {
      readonly stages: readonly {
        readonly jobs: readonly {
          readonly strategy?: {
            readonly matrix?: Readonly<
              Record<string, { readonly image: string; readonly node: string }>
            >;
          };
        }[];
      }[];
    };
    const cells = Object.values(stages[0]?.jobs[0]?.strategy?.matrix ?? {});
    const images = ['ubuntu-latest', 'windows-latest', 'macOS-latest'];
    assert.deepEqual(
      cells.map(({ image, node }) => `${image} ${node}`),
      images.flatMap((image) => ['20.x', '24.x'].map((node) => `${image} ${node}`)),
    );
  });
});
