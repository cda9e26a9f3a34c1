import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { takeLock, withLock } from '../../../../testbed/clusters/lock.ts';
import { makeFolder } from '../../../builders/command.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let file: string;

beforeEach(async () => {
  folder = await makeFolder();
  vi.stubEnv('CRANE_TASKS_STATE', path.join(folder.path, 'clusters'));
  file = path.join(folder.path, 'clusters.images.lock');
});

afterEach(() => folder.remove());

/** Whether the lock is taken within two looks at it. */
async function isTakenSoon(lock: Promise<() => void>): Promise<boolean> {
  return Promise.race([lock.then(() => true), sleep(1100).then(() => false)]);
}

test('one holder at a time, and locks of other names beside it', async () => {
  const release = await takeLock('images');
  await withLock('samples', () => Promise.resolve());
  const second = takeLock('images');
  expect(await isTakenSoon(second)).toBe(false);
  release();
  (await second)();
  expect(readdirSync(folder.path)).toEqual([]);
});

test('the lock of a process that has ended is taken over', async () => {
  writeFileSync(file, '999999999 1');
  (await takeLock('images'))();
  expect(existsSync(file)).toBe(false);
});

test('a lock whose owner cannot be read yet is not taken over', async () => {
  writeFileSync(file, '');
  const lock = takeLock('images');
  expect(await isTakenSoon(lock)).toBe(false);
  rmSync(file);
  (await lock)();
});
