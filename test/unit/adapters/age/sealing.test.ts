import { describe, expect, it } from 'vitest';

import { makeDataKey, makeSealingKey, openUnsealWith, parseSealingKey } from '../../../../src/adapters/age/sealing.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

// Made by age-keygen and age 1.1.1 of Debian, for this test alone.
const keyFile = `# created: 2026-11-21T15:10:36Z
# public key: age1wv733cyp87s40mpcr0epgns0fvagtq33g0pm4gdq8vpprupunupqlzegcj
AGE-SECRET-KEY-1H05FFK8FQRH3YFJ8NK6NKA7AKXA880CMMNNR2JF40NHQWMKVVC6S67UT28
`;
const sealedByAge =
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB4YlBIV0l5dmx6Q2FLTjR4bDluNmFsdHYwYTUzVzdBUEFtangwdEZ3NGh3ClpWZExlY3kvTnlo' +
  'bXpMcXFOTEkzRDhpVEUzNHViVnRuVExZTHBNQWV5N3MKLS0tIHNnKzUyTGs5R0puVUEwblZvdWI1Q2I2bVAzWVZvUWxtRHhrY0djOUZCU3MKfUfFfa+X' +
  'PLUaYtuxsRNlwWmDhcrQfBV4aSLy+COWtTicoazY/0u8nC+mKKXdsXuQY22vQdAkxQ==';

const base64 = (bytes: readonly number[]): string => Buffer.from(bytes).toString('base64');

describe('sealing', () => {
  it('opens what the program age sealed, with the key file that age-keygen writes', async () => {
    const key = await parseSealingKey(keyFile, 'key.txt', redactor);
    expect(key.recipient).toBe('age1wv733cyp87s40mpcr0epgns0fvagtq33g0pm4gdq8vpprupunupqlzegcj');
    const value = await (await openUnsealWith(key)).openValue(sealedByAge);
    expect(Buffer.from(value, 'base64').toString('latin1')).toBe('from the age program\n\u0000\u00ff');
  });

  it.each([[[]], [[0]], [[0xff, 0xfe, 0x00, 0x0a]], [Array.from({ length: 200_000 }, (_, index) => index % 251)]])(
    'gives back the very bytes that were sealed (%#)',
    async (bytes) => {
      const key = await makeSealingKey(redactor);
      const dataKey = await makeDataKey(key.recipient);
      expect(Buffer.from(dataKey.sealed, 'base64').toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /);
      const sealed = dataKey.seal(base64(bytes), 'here');
      const opened = await (await openUnsealWith(key)).openDataKey(dataKey.sealed);
      expect(opened.unseal(sealed, 'here')).toBe(base64(bytes));
    },
  );

  it('never shows the identity', async () => {
    const key = await makeSealingKey(redactor);
    expect(JSON.stringify(key)).not.toContain('AGE-SECRET-KEY');
    expect(key.identity.reveal()).toMatch(/^AGE-SECRET-KEY-1/);
  });

  it('distinguishes another key from a broken file', async () => {
    const dataKey = await makeDataKey((await makeSealingKey(redactor)).recipient);
    const unseal = await openUnsealWith(await makeSealingKey(redactor));
    await expect(unseal.openDataKey(dataKey.sealed)).rejects.toThrow('it is sealed for another key');
    const noFile = 'bm90IGFuIGFnZSBmaWxl';
    await expect(unseal.openDataKey(noFile)).rejects.toThrow('it is not a whole age file');
    await expect(unseal.openValue(noFile)).rejects.toThrow('it is not a whole age file');
    const owner = await parseSealingKey(keyFile, 'key.txt', redactor);
    await expect((await openUnsealWith(owner)).openDataKey(sealedByAge)).rejects.toThrow(
      'it does not have the 32 bytes of a key',
    );
  });

  it('refuses each data key of which a byte was changed or cut', async () => {
    const key = await makeSealingKey(redactor);
    const unseal = await openUnsealWith(key);
    const sealed = Buffer.from((await makeDataKey(key.recipient)).sealed, 'base64');
    for (let place = 0; place < sealed.length; place += 7) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed.at(place) ?? 0) ^ 1, place);
      await expect(unseal.openDataKey(changed.toString('base64')), `byte ${String(place)}`).rejects.toThrow();
      await expect(unseal.openDataKey(sealed.subarray(0, place).toString('base64')), String(place)).rejects.toThrow();
    }
  });

  it('names the source of an invalid key, and never its content', async () => {
    for (const text of ['', 'hello-canary', 'AGE-SECRET-KEY-1canary', `${keyFile}${keyFile}`]) {
      const error = await thrownBy(() => parseSealingKey(text, 'Secret runs/key', redactor));
      expect(error).toMatchObject({ code: 'invalid-file' });
      expect(error.message).toContain('Secret runs/key');
      expect(error.message).not.toMatch(/canary|KEY-1H05/);
    }
  });

  it('refuses an invalid recipient', async () => {
    for (const recipient of ['age1', 'ssh-ed25519 AAAA', 'AGE-SECRET-KEY-1', 'age1pq1x']) {
      expect(await thrownBy(() => makeDataKey(recipient))).toMatchObject({ code: 'invalid-param' });
    }
  });
});
