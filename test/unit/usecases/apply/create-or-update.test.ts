import { describe, expect, it } from 'vitest';

import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { withCreationMark } from '../../../../src/domain/apply/creation-mark.ts';
import { createOrUpdate } from '../../../../src/usecases/apply/create-or-update.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { aResource } from '../../../builders/transform.ts';

const from = { kind: 'ImageStreamTag', name: 'web:1' };
const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:latest', {
  metadata: { labels: { app: 'shop' } },
  tag: { name: 'latest', from },
});
const ref = { kind: knownKinds.imagestreamtags, namespace: 'shop', name: 'web:latest' };

/** Writes a tag where this is there; undefined: nothing. */
async function write(present: object | undefined, refusals: readonly number[] = []) {
  const bodies: ClusterRequest[] = [];
  const left = [...refusals];
  const request = (asked: ClusterRequest): Promise<unknown> => {
    if (asked.method === undefined || asked.method === 'GET') {
      const missing = new ClusterStatusError(`GET ${asked.path}`, { status: 404, reason: 'NotFound', message: '' });
      return present === undefined ? Promise.reject(missing) : Promise.resolve(present);
    }
    bodies.push(asked);
    const status = left.shift();
    if (status === undefined) return Promise.resolve(asked.body);
    return Promise.reject(new ClusterStatusError(`${asked.method} ${asked.path}`, { status, reason: '', message: '' }));
  };
  const cluster = aClusterWith(request);
  const object = { resource: tag, ref, dryRun: false };
  const { verdict } = await createOrUpdate(cluster, object);
  return { verdict, written: bodies.map(({ method, body }) => [method, body]) };
}

const unlabelled = { ...tag, metadata: { name: 'web:latest', namespace: 'shop' } };
const created = withCreationMark(unlabelled);

describe('an ImageStreamTag', () => {
  it('is created without labels, which its stream decides', async () => {
    expect(await write(undefined)).toEqual({ verdict: 'created', written: [['POST', created]] });
  });

  it('is changed with the labels that it shows', async () => {
    const shown = { ...unlabelled, metadata: { ...unlabelled.metadata, labels: { of: 'stream' } }, tag: null };
    const { verdict, written } = await write(shown);
    expect(verdict).toBe('changed');
    expect(written).toEqual([['PUT', { ...shown, tag: tag['tag'] }]]);
  });

  it('is written without labels also when it cannot be seen', async () => {
    const { verdict, written } = await write(undefined, [409]);
    expect(verdict).toBe('changed');
    expect(written).toEqual([
      ['POST', created],
      ['PUT', unlabelled],
    ]);
  });
});
