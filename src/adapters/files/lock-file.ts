import { lstat, open, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { TaskError } from '../../domain/core/errors.ts';
import { errnoOf } from './errno.ts';
import { writeError } from './write-file.ts';

const patience = 30_000;
/** A holder needs milliseconds; a lock this old was left by a program that was killed. */
const stale = 10_000;
const pause = 50;

/**
 * Runs an action while a lock file exists that only one program can have made. kubectl locks its kubeconfig by the
 * same name, `<file>.lock`.
 * @throws TaskError `timeout` when another program keeps the lock
 */
export async function whileLocked(file: string, action: () => Promise<void>): Promise<void> {
  const lock = `${file}.lock`;
  const until = Date.now() + patience;
  while (!(await take(lock))) {
    if (Date.now() > until) {
      const remedy = 'Wait for the other program, or remove this file when there is none, then run again.';
      const kept = `another program has kept it for ${String(patience / 1000)} s`;
      throw new TaskError('timeout', `waiting for ${lock}: ${kept}`, { remedy });
    }
    await removeStale(lock);
    await sleep(pause);
  }
  try {
    await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw writeError(lock, 0, error);
  }
}

// Renamed before it is removed: of two programs that find it stale, one gets it.
async function removeStale(lock: string): Promise<void> {
  const retired = `${lock}.${randomBytes(8).toString('hex')}`;
  try {
    if (Date.now() - (await lstat(lock)).mtimeMs < stale) return;
    await rename(lock, retired);
    await rm(retired, { force: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw writeError(lock, 0, error);
  }
}
