import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../../../../../common/errors/task-error.ts';
import { quote } from '../../../../../common/text/text.ts';
import { endFile, toAfterFolder } from '../../session/files.ts';
import type { SessionFolder } from '../collaborators.ts';

const removal = { recursive: true, force: true, maxRetries: 5 } as const;
/** Windows refuses to replace a file while somebody reads it. */
const replaceTries = 20;

/** Opens a session folder that the step made. */
export function openSessionFolder(folder: string): SessionFolder {
  const after = toAfterFolder(folder);
  return {
    exists: () => existsSync(folder),
    async write(name, text) {
      const path = join(folder, name);
      const draft = `${path}.${randomBytes(6).toString('hex')}`;
      try {
        await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
        await replace(draft, path);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined);
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        throw new TaskError(
          'SESSION_FOLDER_UNWRITABLE',
          `Writing ${quote(name)} in the session folder ${quote(folder)} failed (${code}).`,
          { cause },
        );
      }
    },
    async leaveWord(ended) {
      // Where the agent has wiped its temporary folder, nobody is left to read it.
      if (!existsSync(after)) return;
      await writeFile(join(after, endFile), JSON.stringify(ended), { mode: 0o600 });
    },
    remove: async () => rm(folder, removal),
    async removeAll() {
      await rm(folder, removal);
      await rm(after, removal);
    },
  };
}

async function replace(draft: string, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await rename(draft, path);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(code) || tries >= replaceTries) throw error;
      await sleep(50);
    }
  }
}
