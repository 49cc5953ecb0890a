import { execFile } from 'node:child_process';

/** What `git --version` says; undefined where there is no git. */
export async function readGitVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['--version'], { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
