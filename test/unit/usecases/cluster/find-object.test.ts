import { describe, expect, it } from 'vitest';

import { exitCodeOf } from '../../../../src/domain/core/errors.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { findDocument, findNamespace, findObject, getObject } from '../../../../src/usecases/cluster/find-object.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';

const ref = { kind: knownKinds.secrets, namespace: 'shop', name: 'a' };
const answers = (answer: unknown) => aClusterWith(() => Promise.resolve(answer));
const refuses = (status: number) => aClusterWith(() => Promise.reject(refusal(status, '', 'refused')));

describe('reading one object', () => {
  it('gives the requested one with its kind, and redacts the values of a Secret', async () => {
    const data = { password: Buffer.from('found-canary').toString('base64') };
    const cluster = answers({ metadata: { name: 'a', namespace: 'shop' }, data });
    const found = await findObject(cluster, ref);
    expect(found).toMatchObject({ apiVersion: 'v1', kind: 'Secret', data });
    expect(cluster.redactor.redact('x found-canary')).toBe('x ***');
  });

  it.each([
    ['kind', { kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } }],
    ['group', { apiVersion: 'example.com/v1', kind: 'Secret', metadata: { name: 'a', namespace: 'shop' } }],
    ['namespace', { metadata: { name: 'a', namespace: 'other' } }],
    ['name', { metadata: { name: 'b', namespace: 'shop' } }],
    ['type', 'no object'],
  ])('refuses an object of another %s', async (_, answer) => {
    for (const read of [findObject, getObject]) {
      const error = await thrownBy(() => read(answers(answer), ref));
      expect([error.code, exitCodeOf(error)]).toEqual(['unexpected-object', 4]);
      expect(error.message).toContain('GET /api/v1/namespaces/shop/secrets/a of ');
    }
  });

  it('gives nothing where there is none, and throws other refusals', async () => {
    expect(await findObject(refuses(404), ref)).toBeUndefined();
    expect(await findDocument(refuses(404), '/apis/a')).toBeUndefined();
    await expect(getObject(refuses(404), ref)).rejects.toMatchObject({ status: 404 });
    await expect(findObject(refuses(403), ref)).rejects.toMatchObject({ status: 403 });
    await expect(findDocument(refuses(403), '/apis/a')).rejects.toMatchObject({ status: 403 });
  });

  it('says of a namespace why there is none to see', async () => {
    expect(await findNamespace(answers({ metadata: { name: 'shop' } }), 'shop')).toMatchObject({ kind: 'Namespace' });
    expect(await findNamespace(refuses(404), 'shop')).toBe('missing');
    expect(await findNamespace(refuses(403), 'shop')).toBe('forbidden');
    await expect(findNamespace(refuses(500), 'shop')).rejects.toMatchObject({ status: 500 });
    const other = findNamespace(answers({ metadata: { name: 'other' } }), 'shop');
    await expect(other).rejects.toMatchObject({ code: 'unexpected-object' });
  });
});
