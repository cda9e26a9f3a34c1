import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { readInput, readMember } from '../files/read-text.ts';
import { parseDockerConfig, type DockerLogins } from './logins.ts';

const configNames = ['config.json', '.dockerconfigjson'];
const certificateName = /\.(?:crt|pem|cer)$/;

/**
 * Reads registry logins from a file, or from a folder as a Secret volume makes it.
 * @param path empty for none
 * @throws TaskError `invalid-file`
 */
export async function readLogins(path: string, redactor: Redactor): Promise<DockerLogins> {
  if (path === '') return new Map();
  const names = await namesIn(path);
  if (names === undefined) return parseDockerConfig(await read(path, () => readInput(path)), path, redactor);
  const name = configNames.find((candidate) => names.includes(candidate));
  if (name !== undefined) return parseDockerConfig(await readIn(path, name), join(path, name), redactor);
  throw new TaskError('invalid-file', `looking for ${configNames.join(' or ')} in ${path}: there is no such file`, {
    remedy: 'Bind a Secret of type kubernetes.io/dockerconfigjson, or leave the workspace out.',
  });
}

/**
 * Reads certificate authorities from a PEM file, or from all PEM files of a folder.
 * @param path empty for none
 * @returns PEM text, empty for none
 * @throws TaskError `invalid-file`
 */
export async function readCaBundle(path: string): Promise<string> {
  if (path === '') return '';
  const names = await namesIn(path);
  const texts = await Promise.all(
    names === undefined
      ? [read(path, () => readInput(path))]
      : names
          .filter((name) => certificateName.test(name))
          .sort()
          .map((name) => readIn(path, name)),
  );
  const text = texts.map((part) => part.trimEnd() + '\n').join('');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new TaskError('invalid-file', `reading certificate authorities from ${path}: there is no PEM certificate`, {
    remedy: 'Give a PEM file, or a folder with *.crt or *.pem files.',
  });
}

async function namesIn(path: string): Promise<readonly string[] | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await readdir(path) : undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readIn(folder: string, name: string): Promise<string> {
  return read(join(folder, name), () => readMember(folder, name));
}

async function read(path: string, readBytes: () => Promise<Buffer>): Promise<string> {
  try {
    return (await readBytes()).toString('utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): TaskError {
  if (error instanceof TaskError) return error;
  return new TaskError('invalid-file', `reading ${path}: ${messageOf(error)}`, {
    remedy: 'Check that the file exists and is readable for this user.',
    cause: error,
  });
}
