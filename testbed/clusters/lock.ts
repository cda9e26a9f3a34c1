import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { ClusterError } from './errors.ts';
import { stateFolder } from './places.ts';
import { isRunning, startTimeOf } from './processes.ts';
import { waitFor } from './wait.ts';

/** Longer than the longest `up` on a bare computer, which builds every program. */
const patienceSeconds = 2400;

/** What only one process changes at a time: the clusters, the cache of images, the samples on the clusters, one port of a node. */
export type LockName = 'clusters' | 'images' | 'samples' | 'shop-node-port';

/** Runs the work while no other process holds the lock. A lock whose owner has ended is taken over. */
export async function withLock<T>(name: LockName, work: () => Promise<T>): Promise<T> {
  const release = await takeLock(name);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Waits for the lock and gives the function that releases it. */
export async function takeLock(name: LockName): Promise<() => void> {
  // Beside the state and not within, because `down` removes the state.
  const file = `${stateFolder()}.${name}.lock`;
  mkdirSync(path.dirname(file), { recursive: true });
  await waitFor({
    what: `another process that holds ${file}`,
    seconds: patienceSeconds,
    check: () => Promise.resolve(tryLock(file)),
  });
  return () => {
    rmSync(file, { force: true });
  };
}

function tryLock(file: string): string | undefined {
  const own = `${String(process.pid)} ${startTimeOf(process.pid) ?? ''}`;
  const written = `${file}.${String(process.pid)}.${String(threadId)}`;
  try {
    // With its text from the first moment: an empty file would look like that of an owner that has ended.
    writeFileSync(written, own);
    linkSync(written, file);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST')
      throw new ClusterError('locked', `taking the lock ${file}: it cannot be written; is it owned by another user?`, {
        cause: error,
      });
    const owner = readOwner(file);
    if (owner === '') return 'it was released just now';
    const [pid = '0', startTime = ''] = owner.split(' ');
    if (isRunning({ pid: Number(pid), startTime })) return `process ${pid} holds it`;
    rmSync(file, { force: true });
    return 'its owner is gone';
  } finally {
    rmSync(written, { force: true });
  }
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
