import { lstat, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { makeFolder } from '../files/beneath.ts';
import { errnoOf } from '../files/errno.ts';
import { parentOf, rootAt, type Place } from '../files/place.ts';
import { replaceFile } from '../files/write-file.ts';

/** A folder only this user can read, for the time of one run. Best kept in memory, since logins go there. */
export interface PrivateFolder {
  pathOf(name: string): string;
  /** Throws TaskError `disk-full` or `io-broke`, as makeFolder does. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  makeFolder(name: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes the folder in TMPDIR, and removes those of runs that were killed: logins must not outlive the program.
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function createPrivateFolder(parent: string = tmpdir()): Promise<PrivateFolder> {
  const owner = await ownProcess();
  await removeOrphans(parent, owner);
  const mark = owner === undefined ? '' : `${owner.namespace}-${owner.pid}-`;
  const root = await mkdtemp(join(parent, `crane-tasks-${mark}`)).catch((error: unknown) => {
    throw writeError(parent, error);
  });
  return {
    pathOf: (name) => join(root, name),
    makeFolder: (name) => attempt(name, makeFolder),
    write: (name, content) =>
      attempt(name, async (place) => {
        await makeFolder(parentOf(place).folder);
        await replaceFile(place, (file) => file.writeFile(content));
      }),
    remove: () => rm(root, { recursive: true, force: true }),
  };

  function attempt(name: string, action: (place: Place) => Promise<void>): Promise<void> {
    return action({ root: rootAt(root, 'refused'), path: name }).catch((error: unknown) => {
      throw writeError(join(root, name), error);
    });
  }
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

/** Only folders of this user that no other user can enter: in a shared TMPDIR anyone may plant names. */
async function removeOrphans(parent: string, owner: Owner | undefined): Promise<void> {
  if (owner === undefined) return;
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const [, namespace, pid = ''] = /^crane-tasks-(\d+)-(\d+)-[A-Za-z0-9]{6}$/.exec(name) ?? [];
    if (namespace !== owner.namespace || (await stat(`/proc/${pid}`).catch(() => undefined))) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => undefined);
    const isPrivate = found?.isDirectory() === true && found.uid === owner.uid && (found.mode & 0o077) === 0;
    if (isPrivate) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function writeError(path: string, error: unknown): TaskError {
  return new TaskError(errnoOf(error) === 'ENOSPC' ? 'disk-full' : 'io-broke', `writing ${path}: ${messageOf(error)}`, {
    remedy: 'Let TMPDIR name a folder that is writable for this user and has free space for logins and manifests.',
    cause: error,
  });
}
