import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { drawnPictures, loggedPictures, toSource, type Picture } from '../.ci/images.ts';
import { readSource, reduceColors, writeSource } from '../.ci/png.ts';

const root = join(import.meta.dirname, '..', '..');
const readPicture = (path: string): Buffer => readFileSync(join(root, path));

function sizeOf(path: string): readonly number[] {
  const png = readPicture(path);
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

function assertTrue({ path, sheet }: Picture): void {
  assert.equal(
    readSource(readPicture(path)),
    toSource(sheet),
    `${path} shows something else by now: run npm run images, and look at it`,
  );
}

describe('the pictures', () => {
  it('that are drawn are made from the present drawings', async () => {
    for (const picture of await drawnPictures()) assertTrue(picture);
  });

  it('of logs show what the task writes now', async function () {
    this.timeout(120_000);
    const vsix = readdirSync(join(root, 'dist')).find((name) => name.endsWith('.vsix')) ?? '';
    for (const picture of await loggedPictures(join(root, 'dist', vsix))) assertTrue(picture);
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

describe('reduceColors', () => {
  it('keeps a picture that has few colours as it is', () => {
    const once = readPicture('images/requests.png');
    // The present picture has a palette already, which only a browser's picture lacks.
    assert.equal(once[25], 3);
    assert.throws(() => reduceColors(once), /not expected/);
    const icon = readPicture('images/icon.png');
    const reduced = reduceColors(icon);
    assert.deepEqual(reduced.subarray(16, 24), icon.subarray(16, 24));
    assert.ok(reduced.length < icon.length);
  });
});

describe('writeSource', () => {
  it('writes what readSource reads', () => {
    const png = readPicture('images/icon.png');
    assert.equal(readSource(writeSource(reduceColors(png), 'abc')), 'abc');
    assert.equal(readSource(reduceColors(png)), undefined);
  });
});
