import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { parseResourceTypes } from '../../../../src/domain/scale/scalable-types.ts';
import type { Cluster, ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { restoreScale } from '../../../../src/usecases/scale/restore-scale.ts';
import { checkNamespace, scaleDown } from '../../../../src/usecases/scale/scale-down.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

type Answer = (request: ClusterRequest) => unknown;

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const web = { metadata: { name: 'web', namespace: 'shop', uid: 'u1' }, spec: { replicas: 3 } };

function refusal(status: number): ClusterStatusError {
  return new ClusterStatusError('asking', { status, reason: '', message: 'as told' });
}

function portsFor(answer: Answer) {
  const writes: ClusterRequest[] = [];
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'source',
    server: 'https://source.test',
    request: (request) => {
      if (request.method !== undefined) writes.push(request);
      return Promise.resolve().then(() => {
        const given = answer(request);
        if (given === undefined) throw refusal(404);
        return given;
      });
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  return { ports: { cluster, log: silentLog, sleep: () => Promise.resolve() }, writes };
}

const common = { namespace: 'shop', clusterUid: undefined, waitSeconds: 0, dryRun: false, folder: undefined };

function stop(type: string, answer: Answer, more: object = {}) {
  const { ports, writes } = portsFor(answer);
  return scaleDown({ ...common, types: parseResourceTypes(type), ...more }, ports).then((outcome) => ({
    outcome,
    writes,
  }));
}

describe('scaling down', () => {
  it('has nothing to do for a kind that the cluster does not know, and says so', async () => {
    const { outcome, writes } = await stop('deploymentconfig', () => undefined);
    expect(outcome.items).toMatchObject([{ outcome: 'skipped', reason: 'not-served' }]);
    expect(writes).toEqual([]);
  });

  it('ends when it may not look', async () => {
    await expect(
      stop('deployment', () => {
        throw refusal(403);
      }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('continues with the others when one cannot be changed', async () => {
    const api = { ...web, metadata: { ...web.metadata, name: 'api', uid: 'u2' } };
    const { outcome } = await stop('deployment', ({ method, path }) => {
      if (method === undefined) return { items: [web, api] };
      if (path.endsWith('/web')) throw refusal(409);
      return {};
    });
    expect(outcome.items.map(({ reason }) => reason).sort()).toEqual(['changed-meanwhile', 'scaled']);
    expect(outcome.results).toMatchObject({ 'scaled-count': '1', 'failed-count': '1' });
  });

  it('leaves to its owner what its owner scales, and reports other owners', async () => {
    const owned = (name: string, kind: string) => ({
      ...web,
      metadata: { ...web.metadata, name, uid: name, ownerReferences: [{ kind, name: 'it', controller: true }] },
    });
    const { outcome } = await stop('replicaset', ({ method }) =>
      method === undefined ? { items: [owned('a', 'Deployment'), owned('b', 'Rollout')] } : {},
    );
    expect(outcome.items).toMatchObject([
      { id: 'apps/v1 ReplicaSet shop/b', message: 'it belongs to Rollout it, which may scale it up again' },
    ]);
  });

  it('fails for what is scaled up again', async () => {
    const { outcome } = await stop(
      'deployment',
      ({ method, path }) => {
        if (method !== undefined) return {};
        return path === deployments ? { items: [web] } : { ...web, spec: { replicas: 1 } };
      },
      { waitSeconds: 1 },
    );
    expect(outcome.items).toMatchObject([
      { outcome: 'failed', reason: 'not-at-rest', message: 'it was scaled up again by another client' },
    ]);
  });

  it('reads lists to their end', async () => {
    const { outcome } = await stop('deployment', ({ method, query }) => {
      if (method !== undefined) return {};
      if (query?.['continue'] === undefined) return { items: [web], metadata: { continue: 'more' } };
      return { items: [{ ...web, metadata: { ...web.metadata, name: 'api', uid: 'u2' } }] };
    });
    expect(outcome.results['scaled-count']).toBe('2');
  });
});

const unexpected = [
  { metadata: { name: 'foreign', namespace: 'other', uid: 'u8' }, spec: { replicas: 3 } },
  { kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop', uid: 'u9' }, spec: { replicas: 3 } },
];

describe('an object that the list of a kind must not hold', () => {
  const failed = [
    { id: 'apps/v1 Deployment shop/foreign', outcome: 'failed', reason: 'unexpected-object' },
    { id: 'apps/v1 Deployment shop/db', outcome: 'failed', reason: 'unexpected-object' },
  ];

  it('is not scaled down', async () => {
    const { outcome, writes } = await stop('deployment', ({ method }) =>
      method === undefined ? { items: [web, ...unexpected] } : {},
    );
    expect(writes.map(({ path }) => path)).toEqual([`${deployments}/web`]);
    expect(outcome.items).toMatchObject([...failed, { reason: 'scaled' }]);
    expect(outcome.results['failed-count']).toBe('2');
  });

  it('is not scaled up', async () => {
    const { ports, writes } = portsFor(({ method }) => (method === undefined ? { items: unexpected } : {}));
    const outcome = await restoreScale({ ...common, types: parseResourceTypes('deployment') }, ports);
    expect(writes).toEqual([]);
    expect(outcome.items).toMatchObject(failed);
    expect(outcome.results['failed-count']).toBe('2');
  });

  it('ends the run when it is among pods, which nothing names', async () => {
    const items = [{ metadata: { name: 'a', namespace: 'other' } }];
    const answer: Answer = ({ path }) => (path.endsWith('/pods') ? { items } : undefined);
    await expect(stop('all', answer)).rejects.toMatchObject({ code: 'unexpected-object' });
  });
});

describe('starting again', () => {
  it('reports what has an unreadable note, and starts the rest', async () => {
    const noted = (name: string, replicas: string) => ({
      metadata: { ...web.metadata, name, uid: name, annotations: { 'crane-tasks.dev/replicas': replicas } },
      spec: { replicas: 0 },
    });
    const { ports, writes } = portsFor(({ method }) =>
      method === undefined ? { items: [noted('bad', 'many'), noted('good', '2')] } : {},
    );
    const outcome = await restoreScale({ ...common, types: parseResourceTypes('deployment') }, ports);
    expect(outcome.results).toMatchObject({ 'restored-count': '1', 'failed-count': '1' });
    expect(writes.map(({ path }) => path)).toEqual([`${deployments}/good`]);
  });
});

describe('the namespace', () => {
  it.each(['', 'Shop', '../x', 'a b'])('is not %j', (namespace) => {
    expect(() => checkNamespace(namespace)).toThrow(/choosing the namespace/);
  });
});
