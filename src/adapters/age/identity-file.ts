import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { SealingKey } from '../../domain/export/sealed-secret.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { makeFolder } from '../files/beneath.ts';
import { parentOf, rootAt } from '../files/place.ts';
import { readGiven } from '../files/read-text.ts';
import { replaceFile, writeError } from '../files/write-file.ts';
import { makeSealingKey, parseSealingKey } from './sealing.ts';

/** Name of the file in a folder that a workspace makes of the Secret. */
const fileInFolder = 'identity';

/** Where a user's own identity is kept: `$XDG_CONFIG_HOME/crane-tasks/identity`, or below ~/.config. */
export function ownIdentityFile(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment['HOME'] ?? homedir();
  const config = environment['XDG_CONFIG_HOME'] ?? '';
  return join(config === '' ? join(home, '.config') : config, 'crane-tasks', 'identity');
}

/** Reads the identity at a path: a file, or a folder that holds a file `identity`. Throws TaskError `invalid-file`. */
export async function readIdentityFile(path: string, redactor: Redactor): Promise<SealingKey> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, fileInFolder) : path;
  const bytes = await readGiven(path, fileInFolder).catch((error: unknown) => {
    throw new TaskError('invalid-file', `reading the sealing key from ${file}: ${messageOf(error)}`, {
      remedy: 'Give the identity that the Secrets were sealed for, in a file as age-keygen writes it.',
      cause: error,
    });
  });
  return parseSealingKey(bytes.toString('utf8'), file, redactor);
}

/**
 * The identity in a file, which is made when there is none, readable for its owner alone. Of several programs that make
 * it at a time, the first wins.
 * @throws TaskError `invalid-file`, `io-broke`, `disk-full`
 */
export async function ensureIdentityFile(file: string, redactor: Redactor): Promise<SealingKey> {
  if (await isThere(file)) return readIdentityFile(file, redactor);
  const { identity, recipient } = await makeSealingKey(redactor);
  const text = `# public key: ${recipient}\n${identity.reveal()}\n`;
  try {
    const place = { root: rootAt(dirname(file), 'refused'), path: basename(file) };
    await makeFolder(parentOf(place).folder);
    await replaceFile(place, (opened) => opened.writeFile(text), 'kept');
  } catch (error) {
    throw writeError(file, text.length, error);
  }
  return readIdentityFile(file, redactor);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
