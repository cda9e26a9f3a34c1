import { lstat, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { makeFolder } from '../files/beneath.ts';
import { parentOf, rootAt } from '../files/place.ts';
import { replaceFile } from '../files/write-file.ts';

/** A folder only this user can read, for the time of one run. Best kept in memory, since logins go there. */
export interface PrivateFolder {
  pathOf(name: string): string;
  /** Throws TaskError `disk-full` or `io-broke`. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Throws TaskError `disk-full` or `io-broke`. */
  makeFolder(name: string): Promise<void>;
  remove(): Promise<void>;
}

const prefix = 'crane-tasks-';

/**
 * Makes the folder in TMPDIR, and removes those of runs that were killed: logins must not outlive the program.
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function createPrivateFolder(parent: string = tmpdir()): Promise<PrivateFolder> {
  const owner = await ownProcess();
  await removeOrphans(parent, owner);
  const root = await mkdtemp(join(parent, `${prefix}${ownerMark(owner)}`)).catch((error: unknown) => {
    throw writeError(parent, error);
  });
  return {
    pathOf: (name) => join(root, name),
    makeFolder: (name) =>
      makeFolder({ root: rootAt(root, 'refused'), path: name }).catch((error: unknown) => {
        throw writeError(join(root, name), error);
      }),
    async write(name, content) {
      const place = { root: rootAt(root, 'refused'), path: name };
      try {
        await makeFolder(parentOf(place).folder);
        await replaceFile(place, (file) => file.writeFile(content));
      } catch (error) {
        throw writeError(join(root, name), error);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

interface Owner {
  /** Number of the PID namespace: process ids of another container say nothing here. */
  readonly namespace: string;
  readonly pid: string;
  readonly uid: number;
}

/** Read from /proc; undefined where there is none, and nothing is known of other processes either. */
async function ownProcess(): Promise<Owner | undefined> {
  try {
    const [pid, link, { uid }] = await Promise.all([
      readlink('/proc/self'),
      readlink('/proc/self/ns/pid'),
      stat('/proc/self'),
    ]);
    const namespace = /^pid:\[(\d+)\]$/.exec(link)?.[1];
    return namespace === undefined ? undefined : { namespace, pid, uid };
  } catch {
    return undefined;
  }
}

function ownerMark(owner: Owner | undefined): string {
  return owner === undefined ? '' : `${owner.namespace}-${owner.pid}-`;
}

/** Only folders of this user that no other user can enter: in a shared TMPDIR anyone may plant names. */
async function removeOrphans(parent: string, owner: Owner | undefined): Promise<void> {
  if (owner === undefined) return;
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const [, namespace, pid = ''] = /^crane-tasks-(\d+)-(\d+)-[A-Za-z0-9]{6}$/.exec(name) ?? [];
    if (namespace !== owner.namespace || (await isAlive(pid))) continue;
    const path = join(parent, name);
    if (await isPrivate(path, owner.uid)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isPrivate(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0;
}

async function isAlive(pid: string): Promise<boolean> {
  return stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}

function writeError(path: string, error: unknown): TaskError {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return new TaskError(isFull ? 'disk-full' : 'io-broke', `writing ${path}: ${messageOf(error)}`, {
    remedy: 'Let TMPDIR name a folder that is writable for this user and has free space for logins and manifests.',
    cause: error,
  });
}
