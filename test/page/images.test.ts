import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  drawnPictures,
  loggedPictures,
  sourcesPath,
  toSource,
  type Picture,
} from '../../.ci/page/images.ts';
import { localVsix } from '../local/local-package.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const readPicture = (path: string): Buffer => readFileSync(join(root, path));

const sources = JSON.parse(readFileSync(join(root, sourcesPath), 'utf8')) as Readonly<
  Record<string, string>
>;

function sizeOf(path: string): readonly number[] {
  const png = readPicture(path);
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

function assertTrue({ path, sheet }: Picture): void {
  assert.equal(
    sources[path],
    toSource(sheet, readPicture(path)),
    `${path} shows something else by now: run npm run images, and look at it`,
  );
}

describe('the pictures', () => {
  it('that are drawn are made from the present drawings', async () => {
    for (const picture of await drawnPictures()) assertTrue(picture);
  });

  it('of logs show what the task writes now', async function () {
    this.timeout(120_000);
    for (const picture of await loggedPictures(localVsix)) assertTrue(picture);
  });

  for (const name of readdirSync(join(root, 'images')).filter((file) => file.endsWith('.png'))) {
    it(`are small enough for the page: ${name}`, () => {
      assert.ok(statSync(join(root, 'images', name)).size < 200 * 1024);
    });
  }

  it('have the sizes that the Marketplace and the editor show', () => {
    assert.deepEqual(sizeOf('images/icon.png'), [128, 128]);
    assert.deepEqual(sizeOf('tasks/EntraToken/EntraTokenV1/icon.png'), [32, 32]);
  });
});
