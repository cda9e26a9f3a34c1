import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

import type { DataKey } from '../../domain/export/sealed-secret.ts';

export const dataKeyLength = 32;

const cipher = 'aes-256-gcm';
/** Lengths in bytes as NIST SP 800-38D recommends them. A random nonce is good for 2^32 values of one key. */
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM: an encrypted value is the nonce, the ciphertext and the tag. The place is authenticated with it. */
export function dataKeyOf(bytes: Buffer, sealed: string): DataKey {
  // Made once: Node makes one of bytes at each use, which takes longer than a small value does.
  const key = createSecretKey(bytes);
  return {
    sealed,
    seal: (base64, place) => {
      const nonce = randomBytes(nonceLength);
      const encrypt = createCipheriv(cipher, key, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(place));
      const text = [encrypt.update(Buffer.from(base64, 'base64')), encrypt.final()];
      return Buffer.concat([nonce, ...text, encrypt.getAuthTag()]).toString('base64');
    },
    unseal: (text, place) => {
      const encrypted = Buffer.from(text, 'base64');
      if (encrypted.length < nonceLength + tagLength) throw new Error('it is cut off');
      const decrypt = createDecipheriv(cipher, key, encrypted.subarray(0, nonceLength), { authTagLength: tagLength })
        .setAAD(Buffer.from(place))
        .setAuthTag(encrypted.subarray(-tagLength));
      const value = decrypt.update(encrypted.subarray(nonceLength, -tagLength));
      try {
        decrypt.final();
      } catch (error) {
        throw new Error('it was changed, or is the value of another key or Secret', { cause: error });
      }
      return value.toString('base64');
    },
  };
}
