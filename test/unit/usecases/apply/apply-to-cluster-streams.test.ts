import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { aResource } from '../../../builders/transform.ts';
import { apply, refusal, type Answer } from '../../../fakes/memory-cluster.ts';

const api = '/apis/image.openshift.io/v1';
const from = { kind: 'DockerImage', name: 'registry.test/web:1' };
const tags = ['1', '2'].map((tag) => aTag(`web:${tag}`));

function aTag(name: string): Resource {
  return aResource('image.openshift.io/v1 ImageStreamTag', name, { tag: { from }, lookupPolicy: { local: true } });
}

/** A cluster whose streams are these, and whose tags are not shown: their images are not imported yet. */
function withStreams(streams: readonly object[] | 'forbidden', asked: ClusterRequest[] = []): Answer {
  return (request) => {
    asked.push(request);
    const { method, path } = request;
    if (path === api)
      return {
        resources: [
          { name: 'imagestreams', kind: 'ImageStream', namespaced: true },
          { name: 'imagestreamtags', kind: 'ImageStreamTag', namespaced: true },
        ],
      };
    if (path === `${api}/namespaces/shop/imagestreams`) {
      if (streams === 'forbidden') throw refusal(403, 'Forbidden', 'no');
      return { items: streams, metadata: {} };
    }
    if (method === 'POST') return request.body;
    return undefined;
  };
}

function writes(asked: readonly ClusterRequest[]): readonly string[] {
  return asked
    .filter(({ method }) => method !== undefined && method !== 'GET')
    .map(({ method, path }) => `${String(method)} ${path.replace(`${api}/namespaces/shop/`, '')}`);
}

describe('tags of a stream that the cluster lacks', () => {
  it('are applied after the stream, once, with its lookup policy, and the report has it', async () => {
    const asked: ClusterRequest[] = [];
    const { outcome } = await apply(tags, withStreams([], asked));
    expect(writes(asked)).toEqual(['PATCH imagestreams/web', 'POST imagestreamtags', 'POST imagestreamtags']);
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toMatchObject({
      metadata: { name: 'web', namespace: 'shop' },
      spec: { lookupPolicy: { local: true } },
    });
    expect(outcome.items.map(({ id, reason }) => [id.split(' ').slice(1).join(' '), reason])).toEqual([
      ['ImageStream shop/web', 'created'],
      ['ImageStreamTag shop/web:1', 'created'],
      ['ImageStreamTag shop/web:2', 'created'],
    ]);
  });

  it('carry the mark of these programs, since their API records no field manager', async () => {
    const asked: ClusterRequest[] = [];
    await apply(tags, withStreams([], asked));
    expect(asked.find(({ method }) => method === 'POST')?.body).toMatchObject({
      metadata: { annotations: { 'crane-tasks.dev/created-by': 'crane-tasks' } },
    });
  });

  it('do not create it when the plan has it, or when streams may not be listed', async () => {
    const planned: ClusterRequest[] = [];
    await apply([aResource('image.openshift.io/v1 ImageStream', 'web'), ...tags], withStreams([], planned));
    expect(writes(planned).filter((write) => write.startsWith('PATCH'))).toEqual(['PATCH imagestreams/web']);
    const forbidden: ClusterRequest[] = [];
    await apply(tags, withStreams('forbidden', forbidden));
    expect(writes(forbidden)).toEqual(['POST imagestreamtags', 'POST imagestreamtags']);
  });
});

describe('accounts without a pull secret for the internal registry', () => {
  const names = Array.from({ length: 40 }, (_, number) => `account-${String(number)}`);
  const accounts = names.map((name) => aResource('v1 ServiceAccount', name));
  const answer: Answer = ({ method, path, body }) => {
    if (path === api) return { resources: [{ name: 'imagestreams', kind: 'ImageStream', namespaced: true }] };
    if (path === '/api/v1')
      return { resources: [{ name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true }] };
    const name = /\/serviceaccounts\/(.+)$/.exec(path)?.[1];
    if (method === 'PATCH') return body;
    // One of them gets its secret.
    const imagePullSecrets = name === 'account-7' ? [{ name: 'account-7-dockercfg-abcde' }] : [];
    return name === undefined ? undefined : { metadata: { name, namespace: 'shop' }, imagePullSecrets };
  };

  it('are waited for together, not one after the other', async () => {
    const { outcome, slept } = await apply(accounts, answer);
    expect(outcome.items.map(({ reason }) => reason)).toEqual(names.map(() => 'created'));
    expect(slept()).toBe(15_000);
  });
});

describe('a tag whose image is not imported yet', () => {
  const stream = (tag: object): object => ({
    metadata: { name: 'web', namespace: 'shop', uid: 'u-1' },
    spec: { lookupPolicy: { local: true }, tags: [{ name: '1', generation: 1, ...tag }] },
  });

  it('is known by its stream when the run is repeated, with the UID', async () => {
    const asked: ClusterRequest[] = [];
    const { outcome } = await apply([aTag('web:1')], withStreams([stream({ from })], asked));
    expect(writes(asked)).toEqual([]);
    expect(outcome.items).toMatchObject([{ reason: 'unchanged', evidence: { uid: 'u-1', operation: 'unchanged' } }]);
  });

  it('is updated when it comes from elsewhere', async () => {
    const asked: ClusterRequest[] = [];
    await apply([aTag('web:1')], withStreams([stream({ from: { ...from, name: 'registry.test/web:0' } })], asked));
    expect(writes(asked)).toEqual(['PUT imagestreamtags/web%3A1']);
  });
});
