/**
 * Runs many jobs at a few places, in order; each job has its place for itself, and each result can be
 * waited for. Most of a run is waiting, so more places than processors are well used.
 */
export function runAll<Place, Result>(
  places: readonly Place[],
  jobs: readonly ((place: Place) => Promise<Result>)[],
): readonly Promise<Result>[] {
  const starters: ((place: Place) => Promise<void>)[] = [];
  const results = jobs.map(
    async (job) =>
      new Promise<Result>((resolve, reject) => {
        starters.push(async (place) => job(place).then(resolve, reject));
      }),
  );
  // A failure is told where the result is waited for.
  for (const result of results) result.catch(() => undefined);
  const workAt = async (place: Place): Promise<void> => {
    for (let start = starters.shift(); start !== undefined; start = starters.shift()) {
      await start(place);
    }
  };
  for (const place of places) void workAt(place);
  return results;
}
