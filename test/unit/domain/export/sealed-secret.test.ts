import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import {
  isSealedSecret,
  recipientOfSealed,
  sealSecret,
  unsealSecret,
  valuesOfSecret,
} from '../../../../src/domain/export/sealed-secret.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const seal = (base64: string): Promise<string> => Promise.resolve(`sealed(${base64})`);
const unseal = (sealed: string): Promise<string> => Promise.resolve(sealed.slice('sealed('.length, -1));

function secret(rest: Readonly<Record<string, unknown>> = {}): Resource {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, type: 'Opaque', ...rest };
}

describe('a sealed Secret', () => {
  it('has metadata, type and immutability, and no value in the clear', async () => {
    const data = { user: 'dXNlcg==', password: 'cGFzcw==' };
    const sealed = await sealSecret(secret({ data, immutable: true, stringData: { user: 'user' } }), seal, 'age1x');
    expect(sealed).toEqual({
      ...secret({ immutable: true }),
      sealedData: { user: 'sealed(dXNlcg==)', password: 'sealed(cGFzcw==)' },
      sealedFor: 'age1x',
    });
    expect(isSealedSecret(sealed)).toBe(true);
    expect(recipientOfSealed(sealed)).toBe('age1x');
    expect(valuesOfSecret(sealed)).toEqual({ user: 'sealed(dXNlcg==)', password: 'sealed(cGFzcw==)' });
  });

  it('is after unsealing what it was before, and does not change when unsealed again', async () => {
    const before = secret({ data: { key: 'AAEC' } });
    const after = await unsealSecret(await sealSecret(before, seal), unseal);
    expect(after).toEqual(before);
    expect(await unsealSecret(after, unseal)).toBe(after);
  });

  it('may have no values, and no type', async () => {
    const before: Resource = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'empty' } };
    const sealed = await sealSecret(before, seal);
    expect(isSealedSecret(sealed)).toBe(true);
    expect(recipientOfSealed(sealed)).toBe('');
    expect(await unsealSecret(sealed, unseal)).toEqual(before);
  });

  it('leaves annotations behind that hold its values once more, and keeps all others', async () => {
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
    const { metadata } = await sealSecret(resource, seal);
    expect(metadata).toEqual({ name: 'db', annotations: { 'example.com/owner': 'team a', 'example.com/odd': 7 } });
    const only = { 'kapp.k14s.io/original': '{}' };
    const bare = await sealSecret({ ...secret(), metadata: { name: 'db', annotations: only } }, seal);
    expect(bare.metadata).toEqual({ name: 'db' });
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
    const error = await thrownBy(() => unsealSecret(sealed, () => Promise.reject(new Error('it is of another key'))));
    expect(error).toMatchObject({ code: 'invalid-file' });
    expect(error.message).toContain('v1 Secret shop/db: key "password": it is of another key (sealed for age1y)');
    const unnamed = await thrownBy(() =>
      unsealSecret(secret({ sealedData: { password: 'x' } }), () => Promise.reject(new Error('why'))),
    );
    expect(unnamed.message).toMatch(/why$/);
  });

  it('passes on that there is no key', async () => {
    const noKey = new TaskError('forbidden', 'no key', { remedy: '' });
    const sealed = secret({ sealedData: { password: 'x' } });
    expect(await thrownBy(() => unsealSecret(sealed, () => Promise.reject(noKey)))).toBe(noKey);
  });

  it.each([['text'], [7], [null], [['a']]])('refuses sealedData %j', async (sealedData) => {
    expect((await thrownBy(() => unsealSecret(secret({ sealedData }), unseal))).message).toContain('not a mapping');
  });

  it('refuses values that are not text, sealed or not', async () => {
    const sealed = secret({ sealedData: { n: 7 } });
    expect((await thrownBy(() => unsealSecret(sealed, unseal))).message).toContain('key "n" holds no text');
    expect((await thrownBy(() => sealSecret(secret({ data: { n: 7 } }), seal))).message).toContain('holds no text');
  });
});
