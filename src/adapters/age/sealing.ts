import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { DataKey, SealingKey, Unseal } from '../../domain/export/sealed-secret.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { makeFolder } from '../files/beneath.ts';
import { parentOf, rootAt } from '../files/place.ts';
import { pathOfGiven, readGiven } from '../files/read-text.ts';
import { replaceFile, writeError } from '../files/write-file.ts';
import { dataKeyLength, dataKeyOf } from './data-key.ts';

const fileInFolder = 'identity';

/** Where a user's own identity is kept: `$XDG_CONFIG_HOME/crane-tasks/identity`, or below ~/.config. */
export function ownIdentityFile(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment['HOME'] ?? homedir();
  const config = environment['XDG_CONFIG_HOME'] ?? '';
  return join(config === '' ? join(home, '.config') : config, 'crane-tasks', 'identity');
}

/** Reads the identity at a path: a file, or a folder that holds a file `identity`. Throws TaskError `invalid-file`. */
export async function readIdentityFile(path: string, redactor: Redactor): Promise<SealingKey> {
  const file = await pathOfGiven(path, fileInFolder);
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
  if (await stat(file).catch(() => undefined)) return readIdentityFile(file, redactor);
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

export async function makeSealingKey(redactor: Redactor): Promise<SealingKey> {
  const age = await import('age-encryption');
  const identity = await age.generateX25519Identity();
  return { identity: redactor.secret(identity), recipient: await age.identityToRecipient(identity) };
}

/**
 * Reads an identity, alone or as the file that age-keygen writes: comments and one `AGE-SECRET-KEY-1…`.
 * @throws TaskError `invalid-file` naming the source, never its content
 */
export async function parseSealingKey(text: string, source: string, redactor: Redactor): Promise<SealingKey> {
  const lines = text.split('\n').map((line) => line.trim());
  const [identity, ...more] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identity === undefined || more.length > 0) throw notAKey(source, 'expected one identity, AGE-SECRET-KEY-1…');
  const { identityToRecipient } = await import('age-encryption');
  // Before anything can go wrong: from here on no message shows it.
  const secret = redactor.secret(identity);
  try {
    return { identity: secret, recipient: await identityToRecipient(identity) };
  } catch {
    throw notAKey(source, 'it holds no age identity, AGE-SECRET-KEY-1…');
  }
}

/** A new data key, sealed for a recipient. Throws TaskError `invalid-param` for an invalid recipient. */
export async function makeDataKey(recipient: string): Promise<DataKey> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    const doing = `reading the recipient ${JSON.stringify(recipient)} to seal Secrets for`;
    const remedy = 'Give the recipient of an age key, age1…, as age-keygen prints it.';
    throw new TaskError('invalid-param', `${doing}: ${messageOf(error)}`, { remedy, cause: error });
  }
  const key = randomBytes(dataKeyLength);
  const file = await encrypter.encrypt(Uint8Array.from(key));
  return dataKeyOf(key, Buffer.from(file).toString('base64'));
}

/** Opens what is sealed for an identity. Secrets of one export share a data key: it is opened once. */
export async function openUnsealWith({ identity }: Pick<SealingKey, 'identity'>): Promise<Unseal> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity.reveal());
  const decrypt = async (sealed: string): Promise<Buffer> => {
    try {
      return Buffer.from(await decrypter.decrypt(Uint8Array.from(Buffer.from(sealed, 'base64'))));
    } catch (error) {
      const otherKey = messageOf(error).includes('no identity matched');
      throw new Error(otherKey ? 'it is sealed for another key' : 'it is not a whole age file', { cause: error });
    }
  };
  const opened = new Map<string, Promise<DataKey>>();
  const openDataKey = async (sealed: string): Promise<DataKey> => {
    const key = await decrypt(sealed);
    if (key.length !== dataKeyLength) throw new Error('it does not have the 32 bytes of a key');
    return dataKeyOf(key, sealed);
  };
  return {
    openDataKey: (sealed) => {
      const found = opened.get(sealed) ?? openDataKey(sealed);
      opened.set(sealed, found);
      return found;
    },
    openValue: async (sealed) => (await decrypt(sealed)).toString('base64'),
  };
}

function notAKey(source: string, cause: string): TaskError {
  return new TaskError('invalid-file', `reading the sealing key from ${source}: ${cause}`, {
    remedy: 'Give a file as age-keygen writes it.',
  });
}
