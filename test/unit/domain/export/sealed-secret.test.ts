import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import {
  isSealedSecret,
  sealOf,
  sealSecret,
  unsealSecret,
  valuesOfSecret,
  withoutSealedFields,
  type DataKey,
  type Unseal,
} from '../../../../src/domain/export/sealed-secret.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const dataKey: DataKey = {
  sealed: 'a-sealed-key',
  seal: (base64, place) => `${place}:${base64}`,
  unseal: (sealed, place) => {
    if (!sealed.startsWith(`${place}:`)) throw new Error('it is the value of another place');
    return sealed.slice(place.length + 1);
  },
};
const sealing = { dataKey, recipient: 'age1x' };
const unseal: Unseal = {
  openDataKey: (sealed) => (sealed === dataKey.sealed ? Promise.resolve(dataKey) : Promise.reject(new Error('no key'))),
  openValue: (sealed) => Promise.resolve(sealed.slice('sealed('.length, -1)),
};
const refuse = (error: Error): Unseal => ({
  openDataKey: () => Promise.reject(error),
  openValue: () => Promise.reject(error),
});

function secret(rest: Readonly<Record<string, unknown>> = {}): Resource {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, type: 'Opaque', ...rest };
}

describe('a sealed Secret', () => {
  it('has metadata, type and immutability, and no value in the clear', () => {
    const data = { user: 'dXNlcg==', password: 'cGFzcw==' };
    const sealed = sealSecret(secret({ data, immutable: true, stringData: { user: 'user' } }), sealing);
    const sealedData = { user: '["shop/db","user"]:dXNlcg==', password: '["shop/db","password"]:cGFzcw==' };
    expect(sealed).toEqual({
      ...secret({ immutable: true }),
      sealedData,
      sealedKey: 'a-sealed-key',
      sealedFor: 'age1x',
      sealedAs: 'shop/db',
    });
    expect(isSealedSecret(sealed)).toBe(true);
    expect(sealOf(sealed)).toEqual({ recipient: 'age1x', dataKey: 'a-sealed-key' });
    expect(valuesOfSecret(sealed)).toEqual(sealedData);
    expect(withoutSealedFields(sealed)).toEqual(secret({ immutable: true }));
  });

  it('is after unsealing what it was before, and does not change when unsealed again', async () => {
    const before = secret({ data: { key: 'AAEC' } });
    const after = await unsealSecret(sealSecret(before, sealing), unseal);
    expect(after).toEqual(before);
    expect(await unsealSecret(after, unseal)).toBe(after);
  });

  it('may have no values, and no type', async () => {
    const before: Resource = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'empty' } };
    const sealed = sealSecret(before, sealing);
    expect(isSealedSecret(sealed)).toBe(true);
    expect(await unsealSecret(sealed, unseal)).toEqual(before);
  });

  it('leaves annotations behind that hold its values once more, and keeps all others', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"c2VjcmV0"}}',
      'openshift.io/token-secret.value': 'a token',
      'example.com/copy': 'it is c2VjcmV0LXZhbHVl',
      'example.com/clear': 'it is secret-value',
      'example.com/twice': 'YzJWamNtVjBMWFpoYkhWbA==',
      'example.com/escaped': '{"a":"ab\\"c \\\\ d"}',
      'example.com/encoded': 'x=ab%22c%20%5C%20d',
      'example.com/owner': 'team a',
      'example.com/odd': 7,
    };
    const data = { a: 'c2VjcmV0LXZhbHVl', short: 'YQ==', quoted: btoa('ab"c \\ d') };
    const resource = { ...secret({ data }), metadata: { name: 'db', annotations } };
    const { metadata } = sealSecret(resource, sealing);
    expect(metadata).toEqual({ name: 'db', annotations: { 'example.com/owner': 'team a', 'example.com/odd': 7 } });
    const only = { 'kapp.k14s.io/original': '{}' };
    const bare = sealSecret({ ...secret(), metadata: { name: 'db', annotations: only } }, sealing);
    expect(bare.metadata).toEqual({ name: 'db' });
  });

  it('keeps the values of an earlier run that are the same, and seals the others', () => {
    const data = { same: 'YQ==', changed: 'Yg==', moved: 'Yw==', added: 'ZA==' };
    const former = {
      same: '["shop/db","same"]:YQ==',
      changed: '["shop/db","changed"]:eA==',
      moved: '["shop/other","moved"]:Yw==',
      gone: 'x',
    };
    const seen: string[] = [];
    const noting = { ...dataKey, seal: (text: string, place: string) => `${seen.push(place).toString()} ${text}` };
    const sealed = sealSecret(secret({ data }), { dataKey: noting, recipient: 'age1x' }, former);
    expect(seen).toEqual(['["shop/db","changed"]', '["shop/db","moved"]', '["shop/db","added"]']);
    expect(valuesOfSecret(sealed)).toMatchObject({ same: former.same });
  });

  it('opens after its namespace was mapped, and its name has a prefix and a suffix', async () => {
    const sealed = sealSecret(secret({ data: { key: 'AAEC' } }), sealing);
    const renamed = { ...sealed, metadata: { name: 'new-db-1', namespace: 'store' } };
    expect(await unsealSecret(renamed, unseal)).toMatchObject({ data: { key: 'AAEC' } });
  });

  it('opens when each of its values is an age file, as in older exports', async () => {
    const sealed = secret({ sealedData: { key: 'sealed(AAEC)' }, sealedFor: 'age1x' });
    expect(await unsealSecret(sealed, unseal)).toEqual(secret({ data: { key: 'AAEC' } }));
  });

  it('leaves an annotation behind that repeats a value which is no text', () => {
    const key = Buffer.from([0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6]).toString('base64');
    const resource = { ...secret({ data: { key } }), metadata: { name: 'db', annotations: { copy: `of ${key}` } } };
    expect(sealSecret(resource, sealing).metadata).toEqual({ name: 'db' });
  });

  it('is nothing but a Secret of the core group', () => {
    expect(isSealedSecret(secret({ data: {} }))).toBe(false);
    expect(isSealedSecret({ ...secret({ sealedData: {} }), apiVersion: 'example.com/v1' })).toBe(false);
    expect(isSealedSecret({ ...secret({ sealedData: {} }), kind: 'ConfigMap' })).toBe(false);
  });
});

describe('unsealing what cannot be unsealed', () => {
  it('names the Secret, the key and the recipient, and why', async () => {
    const sealed = secret({ sealedData: { password: 'x' }, sealedFor: 'age1y' });
    const error = await thrownBy(() => unsealSecret(sealed, refuse(new Error('it is of another key'))));
    expect(error).toMatchObject({ code: 'invalid-file' });
    expect(error.message).toContain('v1 Secret shop/db: key "password": it is of another key (sealed for age1y)');
    const unnamed = await thrownBy(() =>
      unsealSecret(secret({ sealedData: { password: 'x' } }), refuse(new Error('why'))),
    );
    expect(unnamed.message).toMatch(/why$/);
  });

  it('refuses values of another Secret or another key of it', async () => {
    const login = sealSecret(secret({ data: { user: 'dQ==', password: 'cA==' } }), sealing);
    const other = { ...login, metadata: { name: 'public', namespace: 'shop' } };
    expect((await thrownBy(() => unsealSecret(other, unseal))).message).toContain('are those of Secret shop/db');
    const values = valuesOfSecret(login);
    const swapped = { ...login, sealedData: { user: values['password'], password: values['user'] } };
    expect((await thrownBy(() => unsealSecret(swapped, unseal))).message).toContain(
      'key "user": it is the value of another place (sealed for age1x)',
    );
    const elsewhere = { ...login, sealedAs: undefined };
    expect((await thrownBy(() => unsealSecret(elsewhere, unseal))).code).toBe('invalid-file');
  });

  it('names the data key when that cannot be opened', async () => {
    const sealed = { ...sealSecret(secret({ data: { user: 'dQ==' } }), sealing), sealedKey: 'another' };
    expect((await thrownBy(() => unsealSecret(sealed, unseal))).message).toContain('the data key: no key');
  });

  it('passes on that there is no key', async () => {
    const noKey = new TaskError('forbidden', 'no key', { remedy: '' });
    const sealed = secret({ sealedData: { password: 'x' } });
    expect(await thrownBy(() => unsealSecret(sealed, refuse(noKey)))).toBe(noKey);
  });

  it.each([['text'], [7], [null], [['a']]])('refuses sealedData %j', async (sealedData) => {
    expect((await thrownBy(() => unsealSecret(secret({ sealedData }), unseal))).message).toContain('not a mapping');
  });

  it('refuses values that are not text, sealed or not', async () => {
    const sealed = secret({ sealedData: { n: 7 } });
    expect((await thrownBy(() => unsealSecret(sealed, unseal))).message).toContain('key "n" holds no text');
    expect(() => sealSecret(secret({ data: { n: 7 } }), sealing)).toThrow('holds no text');
  });
});
