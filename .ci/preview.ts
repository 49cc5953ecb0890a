/** A manifest: JSON of which only a few fields are known here. */
export type Manifest = Record<string, unknown>;

/**
 * The task of the try-out. An organisation refuses two extensions that bring the same task, and a step
 * named by both would be ambiguous, so the try-out has an id and a name of its own.
 */
const previewTask = {
  id: 'd4c2a6be-3d0f-4b0f-9d55-0c8a5d1f7e42',
  name: 'EntraTokenPreview',
  friendlyName: 'Entra token (preview)',
};

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

/** The task's manifest for a try-out; `build` takes the patch's place, because agents cache by version. */
export function toPreviewTask(manifest: Manifest, build: number): Manifest {
  assertBuild(build);
  const version = manifest['version'] as Readonly<Record<string, number>>;
  return { ...manifest, ...previewTask, version: { ...version, Patch: build } };
}

function assertBuild(build: number): void {
  if (!Number.isSafeInteger(build) || build < 0) {
    throw new Error('The number of a preview is a whole number, such as $(Build.BuildId).');
  }
}
