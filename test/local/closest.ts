/** What of `known` somebody may have meant, written with other case or with a slip or two; undefined if nothing is near. */
export function findClosest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, distance: countEdits(wanted, candidate.toLowerCase()) }))
    .toSorted((one, other) => one.distance - other.distance);
  // A slip in three letters; more is another word.
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}

/** ` Did you mean 'x'?`, or nothing. */
export function suggest(word: string, known: readonly string[]): string {
  const closest = findClosest(word, known);
  return closest === undefined ? '' : ` Did you mean '${closest}'?`;
}

/** How many letters are to be added, removed or changed to make one word of the other (Levenshtein). */
function countEdits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of one.split('').entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of other.split('').entries()) {
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (letter === otherLetter ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
