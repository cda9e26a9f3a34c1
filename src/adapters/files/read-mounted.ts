import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { readInput, readMember } from './read-text.ts';

/**
 * The names in a folder, as a Secret or ConfigMap volume makes it; undefined for a file.
 * @throws TaskError `invalid-file`
 */
export function listMounted(path: string): Promise<readonly string[] | undefined> {
  return attempt(path, async () => ((await stat(path)).isDirectory() ? readdir(path) : undefined));
}

/** Reads a file, or one file of a folder. Throws TaskError `invalid-file`. */
export function readMounted(path: string, name?: string): Promise<string> {
  return attempt(name === undefined ? path : join(path, name), async () => {
    const bytes = await (name === undefined ? readInput(path) : readMember(path, name));
    return bytes.toString('utf8');
  });
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw new TaskError('invalid-file', `reading ${path}: ${messageOf(error)}`, {
      remedy: 'Check that the file exists and is readable for this user.',
      cause: error,
    });
  }
}

const certificateName = /\.(?:crt|pem|cer)$/;

/**
 * Reads certificate authorities from a PEM file, or from all PEM files of a folder.
 * @returns PEM text, empty for none
 * @throws TaskError `invalid-file`, also when there is no certificate
 */
export async function readCaBundle(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const names = (await listMounted(path))?.filter((name) => certificateName.test(name)).sort();
  const texts = await Promise.all(names?.map((name) => readMounted(path, name)) ?? [readMounted(path)]);
  const text = texts.map((part) => part.trimEnd() + '\n').join('');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new TaskError('invalid-file', `reading certificate authorities from ${path}: there is no PEM certificate`, {
    remedy: 'Give a PEM file, or a folder with *.crt or *.pem files.',
  });
}
