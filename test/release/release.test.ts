import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setOwner } from '../../.ci/release/owner.ts';
import { release } from '../../.ci/release/release.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const taskManifest = 'tasks/EntraToken/EntraTokenV1/task.json';
const stamped = ['package.json', 'package-lock.json', 'vss-extension.json', taskManifest];
const today = new Date('2027-03-04T23:00:00Z');
const changelog = '# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 1.0.0\n\n- First.\n';

/** The version of the task's manifest, as it stands there. */
const versionIn = (text: string): string => /\{ "Major"[^}]*\}/.exec(text)?.[0] ?? '';

/** A repository of its own, with the manifests as they are at version 1.0.0. */
class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'release-'));

  constructor() {
    // Its source makes it a task that can be shipped.
    for (const path of [...stamped, taskManifest.replace('task.json', 'src/main.ts')]) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      cpSync(join(root, path), join(this.folder, path));
    }
    const present = (JSON.parse(this.read('package.json')) as { version: string }).version;
    for (const path of stamped.slice(0, 3)) {
      this.write(path, this.read(path).replaceAll(`"version": "${present}"`, '"version": "1.0.0"'));
    }
    this.write('CHANGELOG.md', changelog);
    this.git('init', '-q');
    this.commit();
  }

  git(...options: readonly string[]): void {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    const settings = ['-c', 'core.autocrlf=false', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...identity, ...settings, ...options], { cwd: this.folder });
  }

  commit(): void {
    this.git('add', '-A');
    this.git('commit', '-qm', 'All', '--no-verify');
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

describe('release', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
  });
  afterEach(() => {
    copy.remove();
  });

  it('stamps every manifest, and dates the changelog', async () => {
    await release(copy.folder, '1.2.3', today);
    const versionOf = (path: string): unknown =>
      (JSON.parse(copy.read(path)) as { version: unknown }).version;
    assert.equal(versionOf('package.json'), '1.2.3');
    assert.equal(versionOf('vss-extension.json'), '1.2.3');
    assert.deepEqual(versionOf(taskManifest), { Major: 1, Minor: 2, Patch: 3 });
    const lock = JSON.parse(copy.read('package-lock.json')) as {
      version: string;
      packages: Readonly<Record<string, { version: string }>>;
    };
    assert.equal(lock.version, '1.2.3');
    assert.equal(lock.packages['']?.version, '1.2.3');
    assert.equal(
      copy.read('CHANGELOG.md'),
      changelog.replace('## Unreleased', '## 1.2.3 (2027-03-04)'),
    );
  });

  it('changes nothing else', async () => {
    const before = stamped.map((path) => copy.read(path));
    await release(copy.folder, '1.707.808', today);
    const restored = stamped.map((path) =>
      copy
        .read(path)
        .replaceAll('"version": "1.707.808"', '"version": "1.0.0"')
        .replace('{ "Major": 1, "Minor": 707, "Patch": 808 }', versionIn(before[3] ?? '')),
    );
    for (const [index, text] of restored.entries())
      assert.ok(text === before[index], stamped[index]);
  });

  for (const [what, version, message] of [
    ['the same version', '1.0.0', /not higher/],
    ['a lower version', '0.9.9', /not higher/],
    ['a prerelease', '1.1.0-beta.1', /not a version/],
    ['nothing', '', /not a version/],
    ['a new major without a task of its own', '2.0.0', /no task with the major 2/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(release(copy.folder, version, today), message);
      assert.equal(copy.read('CHANGELOG.md'), changelog);
    });
  }

  it('refuses a dirty tree', async () => {
    copy.write('new.txt', 'new');
    await assert.rejects(release(copy.folder, '1.1.0', today), /new\.txt/);
  });

  for (const [what, text] of [
    ['no entry', changelog.replace('## Unreleased\n\n- Something new.\n\n', '')],
    ['an empty entry', changelog.replace('- Something new.\n\n', '')],
  ] as const) {
    it(`refuses a changelog with ${what}`, async () => {
      copy.write('CHANGELOG.md', text);
      copy.commit();
      await assert.rejects(release(copy.folder, '1.1.0', today), /CHANGELOG\.md/);
    });
  }
});

describe('setOwner', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
    copy.write('README.md', readFileSync(join(root, 'README.md'), 'utf8'));
    copy.commit();
  });
  afterEach(() => {
    copy.remove();
  });
  const readAddresses = (): Readonly<Record<'homepage' | 'marketplace', string>> =>
    JSON.parse(copy.read('package.json')) as Record<'homepage' | 'marketplace', string>;

  it('leaves nothing of the old homepage', async () => {
    const { homepage, marketplace } = readAddresses();
    const address = 'https://github.com/contoso/entra-token';
    await setOwner(copy.folder, { homepage: address });
    for (const path of stamped) assert.ok(!copy.read(path).includes(homepage), path);
    for (const path of ['package.json', 'vss-extension.json', taskManifest]) {
      assert.ok(copy.read(path).includes(address), path);
    }
    assert.ok(copy.read('README.md').includes(marketplace));
  });

  it('leaves nothing of the old page on the Marketplace', async () => {
    const { homepage, marketplace } = readAddresses();
    const files = await setOwner(copy.folder, { publisher: 'contoso' });
    assert.deepEqual(files.toSorted(), ['README.md', 'package.json']);
    const page = 'https://marketplace.visualstudio.com/items?itemName=contoso.entra-token';
    assert.deepEqual(readAddresses().marketplace, page);
    assert.equal(readAddresses().homepage, homepage);
    assert.ok(copy.read('README.md').includes(`](${page})`));
    assert.ok(!copy.read('README.md').includes(marketplace));
  });

  for (const [what, owner, message] of [
    ['a homepage that is no address', { homepage: 'contoso' }, /"contoso" is not an address/],
    ['a publisher that is none', { publisher: 'con toso' }, /"con toso" is not the ID/],
    ['nothing', {}, /Nothing to set: --homepage/],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const before = copy.read('package.json');
      await assert.rejects(setOwner(copy.folder, owner), message);
      assert.equal(copy.read('package.json'), before);
    });
  }
});
