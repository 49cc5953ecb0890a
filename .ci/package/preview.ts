import { createHash } from 'node:crypto';

/** A manifest: JSON of which only a few fields are known here. */
export type Manifest = Record<string, unknown>;

/**
 * An id for the try-out of a task, the same each time: a name-based UUID (RFC 9562 section 5.5) of the
 * released task's id.
 */
function toPreviewId(id: string): string {
  const digest = createHash('sha1').update(`${id} preview`).digest('hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/**
 * The extension's manifest for a try-out: private, under an id of its own, and with `build` as the fourth
 * number of its version, because each publish needs a higher one.
 */
export function toPreviewExtension(manifest: Manifest, build: number): Manifest {
  assertBuild(build);
  return {
    ...manifest,
    id: `${String(manifest['id'])}-preview`,
    name: `${String(manifest['name'])} (preview)`,
    version: `${String(manifest['version'])}.${build}`,
    public: false,
  };
}

/**
 * A task's manifest for a try-out. An organisation refuses two extensions that bring the same task, and a
 * step named by both would be ambiguous, so the try-out has an id and a name of its own; `build` takes the
 * patch's place in its version, because agents cache by version.
 */
export function toPreviewTask(manifest: Manifest, build: number): Manifest {
  assertBuild(build);
  const version = manifest['version'] as Readonly<Record<string, number>>;
  return {
    ...manifest,
    id: toPreviewId(String(manifest['id'])),
    name: `${String(manifest['name'])}Preview`,
    friendlyName: `${String(manifest['friendlyName'])} (preview)`,
    version: { ...version, Patch: build },
  };
}

function assertBuild(build: number): void {
  if (!Number.isSafeInteger(build) || build < 0) {
    throw new Error('The number of a preview is a whole number, such as $(Build.BuildId).');
  }
}
