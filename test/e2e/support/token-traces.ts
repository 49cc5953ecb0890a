import assert from 'node:assert/strict';
import { formsOf } from './leaks.ts';

/** A place where no secret may be: how a message names it, and what stands there. */
export type Place = readonly [name: string, text: string];

/** Asserts that no secret is in any place: whole, in parts, or inside a Basic header. */
export function assertNoTrace(secrets: readonly string[], places: readonly Place[]): void {
  for (const secret of secrets) {
    const traces = [...formsOf(secret), ...['', 'a', 'ab'].flatMap((user) => pieces(user, secret))];
    for (const [name, text] of places) {
      assert.ok(!traces.some((trace) => text.includes(trace)), `A secret shows in ${name}.`);
    }
  }
}

/**
 * Pieces of a Basic header; the three user names are all alignments that base64 has. A piece of the end
 * and one of the middle, so that a mask with holes is found out; beginnings are the same in all tokens.
 */
function pieces(user: string, secret: string): string[] {
  const encoded = Buffer.from(`${user}:${secret}`).toString('base64').replace(/=+$/, '');
  if (encoded.length < 96) return [encoded];
  const middle = Math.floor(encoded.length / 2);
  return [encoded.slice(middle, middle + 32), encoded.slice(-40, -8)];
}
