import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder only this user can read, for the time of one run. Best kept in memory, since logins go there. */
export interface PrivateFolder {
  pathOf(name: string): string;
  write(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

const prefix = 'crane-tasks-';

/** Makes the folder in TMPDIR. */
export async function createPrivateFolder(parent: string = tmpdir()): Promise<PrivateFolder> {
  const root = await mkdtemp(join(parent, prefix));
  let writes = 0;
  return {
    pathOf: (name) => join(root, name),
    async write(name, text) {
      const path = join(root, name);
      writes += 1;
      const temporary = `${path}.${String(writes)}`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx', 0o600);
      await file.writeFile(text).finally(() => file.close());
      await rename(temporary, path);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
