import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Seal, SealingKey, Unseal } from '../../domain/export/sealed-secret.ts';
import type { Redactor } from '../../domain/core/secret.ts';

/** Makes a new X25519 key. */
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

/** Seals values for a recipient. Throws TaskError `invalid-param` for an invalid recipient. */
export async function openSeal(recipient: string): Promise<Seal> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new TaskError(
      'invalid-param',
      `reading the recipient ${JSON.stringify(recipient)} to seal Secrets for: ${messageOf(error)}`,
      { remedy: 'Give the recipient of an age key, age1…, as age-keygen prints it.', cause: error },
    );
  }
  return async (base64) => {
    const file = await encrypter.encrypt(Uint8Array.from(Buffer.from(base64, 'base64')));
    return Buffer.from(file).toString('base64');
  };
}

/** Unseals values that were sealed for the recipient of an identity. */
export async function openUnsealWith({ identity }: Pick<SealingKey, 'identity'>): Promise<Unseal> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity.reveal());
  return async (sealed) => {
    try {
      const value = await decrypter.decrypt(Uint8Array.from(Buffer.from(sealed, 'base64')));
      return Buffer.from(value).toString('base64');
    } catch (error) {
      const otherKey = messageOf(error).includes('no identity matched');
      throw new Error(otherKey ? 'it is sealed for another key' : 'it is not a whole age file', { cause: error });
    }
  };
}

function notAKey(source: string, cause: string): TaskError {
  return new TaskError('invalid-file', `reading the sealing key from ${source}: ${cause}`, {
    remedy: 'Give a file as age-keygen writes it.',
  });
}
