import { describe, expect, it } from 'vitest';

import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { makeCollection, readLive } from '../../../../src/usecases/cluster/read-live.ts';
import { aResource } from '../../../builders/transform.ts';

const redactor = new Redactor();
const names = ['a', 'b', 'c'];
const planned = names.map((name) => aResource('v1 Secret', name));

/** What is found of each planned Secret, by name, where the cluster answers with these objects. */
async function find(wanted: readonly Resource[], answers: Readonly<Record<string, unknown>>) {
  const cluster: Cluster = {
    ...{ redactor, contextName: 'a', server: 'https://a' },
    request: ({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return Promise.resolve(name === 'secrets' ? { items: Object.values(answers) } : answers[name]);
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const found = new Map<number, string>();
  const collection = makeCollection(knownKinds.secrets, 'shop');
  for (const [index, { metadata }] of wanted.entries()) collection.add(index, metadata.name);
  await readLive({ cluster, planned: wanted }, collection, ({ index, resource }, live) => {
    if (live !== undefined) found.set(index, resource.metadata.name);
    return Promise.resolve();
  });
  return [...found.values()];
}

describe('reading what the cluster has of planned objects', () => {
  it.each([
    ['by a list', planned],
    ['one by one', planned.slice(0, 2)],
  ])('takes another object for none: %s', async (_, wanted) => {
    const password = Buffer.from(`live-canary-${String(wanted.length)}`).toString('base64');
    const right = { metadata: { name: 'a', namespace: 'shop' }, data: { password } };
    const wrong = { metadata: { name: 'b', namespace: 'other' } };
    const kind = { kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } };
    expect(await find(wanted, { a: right, b: wrong, c: kind })).toEqual(['a']);
    expect(redactor.redact(`x live-canary-${String(wanted.length)}`)).toBe('x ***');
  });

  it('reads an object once more by its name when it is planned twice', async () => {
    const right = { metadata: { name: 'a', namespace: 'shop' } };
    expect(await find([...planned, aResource('v1 Secret', 'a')], { a: right })).toEqual(['a', 'a']);
  });
});
