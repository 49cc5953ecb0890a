import { packageExtension } from '../../.ci/package.ts';

/** Packages the extension as it is in the repository; returns the path of the `.vsix`. */
export async function packageVsix(): Promise<string> {
  const { vsix } = await packageExtension();
  return vsix;
}
