import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../src/domain/clusters/status-error.ts';
import { TaskError } from '../../../src/domain/errors.ts';
import type { Resource } from '../../../src/domain/resources/resource.ts';
import { applyToCluster, type ApplyToClusterInput } from '../../../src/usecases/apply-to-cluster.ts';
import type { Cluster, ClusterRequest, Log } from '../../../src/usecases/ports.ts';
import { aResource } from '../../builders/transform.ts';

type Answer = (request: ClusterRequest) => unknown;

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, progress: () => undefined };

const served = {
  '/api/v1': [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'configmaps/status', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
  '/apis/apiextensions.k8s.io/v1': [
    { name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false },
  ],
};

/** A cluster in memory: answers by what a test gives, else as an empty cluster with namespace `shop` would. */
function aCluster(answer: Answer): { cluster: Cluster; requests: string[] } {
  const requests: string[] = [];
  const request = (asked: ClusterRequest): Promise<unknown> => {
    requests.push(`${asked.method ?? 'GET'} ${asked.path}`);
    return Promise.resolve()
      .then(() => answer(asked))
      .then((given) => given ?? standard(asked));
  };
  const cluster: Cluster = {
    contextName: 'destination',
    server: 'https://destination.test',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  return { cluster, requests };
}

function standard({ method, path }: ClusterRequest): unknown {
  const found = Object.entries(served).find(([base]) => base === path);
  if (found !== undefined) return { resources: found[1] };
  if (path === '/api/v1/namespaces/shop') return { status: { phase: 'Active' } };
  if (method === 'PATCH') return { metadata: { resourceVersion: '7' } };
  if (/namespaces\/\w+\/\w+$|definitions$|namespaces$/.test(path)) return { items: [], metadata: {} };
  throw refusal(404, 'NotFound', 'not found');
}

function refusal(status: number, reason: string, message: string): ClusterStatusError {
  return new ClusterStatusError('asking', { status, reason, message });
}

async function apply(resources: readonly Resource[], answer: Answer, more: Partial<ApplyToClusterInput> = {}) {
  const { cluster, requests } = aCluster(answer);
  let slept = 0;
  const sleep = (milliseconds: number): Promise<void> => {
    slept += milliseconds;
    return Promise.resolve();
  };
  const unasked = { takeOwnership: false, dryRun: false, recreate: new Set<string>(), waitSeconds: 0 };
  const input = { resources, unread: [], namespace: '', clusterUid: '', ...unasked, ...more };
  const outcome = await applyToCluster(input, { cluster, log: silent, sleep, sha256: (text) => `digest of ${text}` });
  return { outcome, requests, slept: () => slept };
}

const maps = ['a', 'b', 'c'].map((name) => aResource('v1 ConfigMap', name));

describe('a namespace that is being deleted', () => {
  it('is waited for, and nothing is created in it', async () => {
    let asked = 0;
    const answer: Answer = ({ path }) => {
      if (path !== '/api/v1/namespaces/shop') return undefined;
      asked += 1;
      if (asked > 3) throw refusal(404, 'NotFound', 'namespaces "shop" not found');
      return { status: { phase: 'Terminating' } };
    };
    await expect(apply(maps, answer)).rejects.toMatchObject({ code: 'namespace-not-found' });
    expect(asked).toBe(4);
  });

  it('is given up after two minutes', async () => {
    const requests: string[] = [];
    const terminating: Answer = ({ method, path }) => {
      requests.push(method ?? 'GET');
      return path === '/api/v1/namespaces/shop' ? { status: { phase: 'Terminating' } } : undefined;
    };
    await expect(apply(maps, terminating)).rejects.toMatchObject({ code: 'incomplete' });
    expect(requests).not.toContain('PATCH');
  });

  it('is not asked for when it is part of what is applied, or may not be read', async () => {
    const made = await apply([aResource('v1 Namespace', 'shop'), ...maps], () => undefined);
    expect(made.requests).not.toContain('GET /api/v1/namespaces/shop');
    expect(made.requests.indexOf('PATCH /api/v1/namespaces/shop')).toBeLessThan(
      made.requests.indexOf('PATCH /api/v1/namespaces/shop/configmaps/a'),
    );
    const hidden: Answer = ({ path }) => {
      if (path === '/api/v1/namespaces/shop') throw refusal(403, 'Forbidden', 'no');
    };
    expect((await apply(maps, hidden)).outcome.results['created-count']).toBe('3');
    const broken: Answer = ({ path }) => {
      if (path === '/api/v1/namespaces/shop') throw refusal(500, '', 'no');
    };
    await expect(apply(maps, broken)).rejects.toMatchObject({ status: 500 });
  });
});

describe('a cluster that stops answering', () => {
  const gone = new TaskError('unreachable', 'asking: no answer', { remedy: 'Check the network.' });
  const later = aResource('apiextensions.k8s.io/v1 CustomResourceDefinition', 'first');

  it('ends the run when nothing was applied yet', async () => {
    await expect(
      apply(maps, ({ method }) => {
        if (method === 'PATCH') throw gone;
      }),
    ).rejects.toBe(gone);
  });

  it('fails what is left, without trying it, when something was applied', async () => {
    const { outcome, requests } = await apply([later, ...maps], ({ method, path }) => {
      if (method === 'PATCH' && path.includes('configmaps')) throw gone;
      if (path.endsWith('/first') && method === undefined)
        return { status: { conditions: [{ type: 'Established', status: 'True' }] } };
      return undefined;
    });
    expect(outcome.results).toMatchObject({ 'created-count': '1', 'failed-count': '3' });
    expect(outcome.items.filter((item) => item.outcome === 'failed').map((item) => item.reason)).toEqual([
      'unreachable',
      'unreachable',
      'unreachable',
    ]);
    expect(requests.filter((request) => request.startsWith('PATCH')).length).toBeLessThanOrEqual(4);
  });

  it.each(['/api/v1/namespaces/shop/configmaps', '/apis/example.com/v1'])(
    'reports what was applied when %s cannot be listed later',
    async (lost) => {
      let patched = false;
      const resources = [later, ...maps, aResource('example.com/v1 Gadget', 'one')];
      const { outcome } = await apply(resources, ({ method, path }) => {
        if (patched && path === lost) throw gone;
        patched ||= method === 'PATCH';
        return path.endsWith('/first') && method === undefined
          ? { status: { conditions: [{ type: 'Established', status: 'True' }] } }
          : undefined;
      });
      const reasons = outcome.items.map((item) => item.reason);
      expect(reasons[0]).toBe('created');
      expect(reasons.at(-1)).toBe('unreachable');
      expect(outcome.items).toHaveLength(5);
    },
  );

  it('counts an expired token as the same', async () => {
    const expired: Answer = ({ method }) => {
      if (method === 'PATCH') throw refusal(401, 'Unauthorized', 'expired');
    };
    await expect(apply(maps, expired)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('is told from a defect', async () => {
    const defect: Answer = ({ method }) => {
      if (method === 'PATCH') throw new RangeError('defect');
    };
    await expect(apply(maps, defect)).rejects.toThrow(RangeError);
  });
});

describe('definitions of kinds', () => {
  const definition = aResource('apiextensions.k8s.io/v1 CustomResourceDefinition', 'gadgets.example.com');
  const gadget = aResource('example.com/v1 Gadget', 'one');

  it('are waited for before their resources are looked up', async () => {
    let polls = 0;
    const { outcome, slept } = await apply([gadget, definition], ({ method, path }) => {
      if (method === undefined && path.endsWith('/gadgets.example.com')) {
        polls += 1;
        return { status: { conditions: [{ type: 'Established', status: polls > 2 ? 'True' : 'False' }] } };
      }
      if (path === '/apis/example.com/v1' && polls > 2)
        return { resources: [{ name: 'gadgets', kind: 'Gadget', namespaced: true }] };
      return undefined;
    });
    expect(outcome.items.map((item) => item.reason)).toEqual(['created', 'created']);
    expect(slept()).toBe(1000);
  });

  it('that never come into force fail their resources alone', async () => {
    const { outcome } = await apply([gadget, definition], ({ method, path }) =>
      method === undefined && path.endsWith('/gadgets.example.com') ? {} : undefined,
    );
    expect(outcome.items.map((item) => item.reason)).toEqual(['created', 'missing-kind']);
  });

  it('are not waited for in a dry run', async () => {
    const { slept } = await apply([definition], () => undefined, { dryRun: true });
    expect(slept()).toBe(0);
  });
});

describe('an API without server-side apply', () => {
  function withoutApply(present: unknown): { answer: Answer; sent: ClusterRequest[] } {
    const sent: ClusterRequest[] = [];
    const answer: Answer = (request) => {
      if (request.method === 'PATCH') throw refusal(415, 'UnsupportedMediaType', 'no');
      if (request.method !== undefined) sent.push(request);
      if (request.method !== undefined) return { metadata: { resourceVersion: '9' } };
      return request.path.endsWith('/configmaps/a') ? present : undefined;
    };
    return { answer, sent };
  }

  const map = aResource('v1 ConfigMap', 'a', { data: { k: 'v' } });

  it('gets a creation', async () => {
    const { answer, sent } = withoutApply(undefined);
    expect((await apply([map], answer, { dryRun: true })).outcome.items[0]).toMatchObject({
      reason: 'created',
      evidence: { resourceVersion: '9' },
    });
    expect(sent).toMatchObject([
      { method: 'POST', path: '/api/v1/namespaces/shop/configmaps', query: { dryRun: 'All' } },
    ]);
  });

  it('gets an update over what is there', async () => {
    const { answer, sent } = withoutApply({
      ...map,
      metadata: { ...map.metadata, resourceVersion: '5' },
      data: { other: 'x' },
    });
    expect((await apply([map], answer)).outcome.items[0]?.reason).toBe('changed');
    expect(sent).toMatchObject([
      { method: 'PUT', body: { metadata: { resourceVersion: '5' }, data: { k: 'v', other: 'x' } } },
    ]);
  });

  it('gets nothing when all is there', async () => {
    const { answer, sent } = withoutApply({ ...map, metadata: { ...map.metadata, resourceVersion: '5' } });
    expect((await apply([map], answer)).outcome.items[0]).toMatchObject({
      reason: 'unchanged',
      evidence: { resourceVersion: '5' },
    });
    expect(sent).toEqual([]);
  });

  const lost = new TaskError('unreachable', 'asking: connection reset', { remedy: 'Check the network.' });

  it('is read back when the answer to a creation is lost, and gets no second one', async () => {
    let stored = false;
    const posts: string[] = [];
    const answer: Answer = ({ method, path }) => {
      if (method === 'PATCH') throw refusal(415, '', 'no');
      if (method === 'POST') {
        posts.push(path);
        stored = true;
        throw lost;
      }
      return stored && path.endsWith('/configmaps/a')
        ? { ...map, metadata: { ...map.metadata, uid: 'u1' } }
        : undefined;
    };
    expect((await apply([map], answer)).outcome.items[0]).toMatchObject({ reason: 'created', evidence: { uid: 'u1' } });
    expect(posts).toHaveLength(1);
  });

  it('is compared by content when somebody else created it first', async () => {
    let present: object | undefined;
    const sent: string[] = [];
    const answer: Answer = ({ method, path }) => {
      if (method === 'PATCH') throw refusal(415, '', 'no');
      if (method !== undefined) sent.push(method);
      if (method === 'POST') {
        present = { ...map, data: { k: 'theirs' } };
        throw refusal(409, 'AlreadyExists', 'configmaps "a" already exists');
      }
      return path.endsWith('/configmaps/a') && method === undefined ? present : undefined;
    };
    await apply([map], answer).catch(() => undefined);
    expect(sent).toEqual(['POST', 'PUT']);
  });

  it('keeps the refusal when nothing was stored', async () => {
    const answer: Answer = ({ method }) => {
      if (method === 'PATCH') throw refusal(415, '', 'no');
      if (method === 'POST') throw lost;
    };
    await expect(apply([map], answer)).rejects.toBe(lost);
  });

  it('is not asked again when it may not be read', async () => {
    const answer: Answer = ({ method, path }) => {
      if (method === 'PATCH') throw refusal(415, '', 'no');
      if (path.endsWith('/configmaps/a')) throw refusal(403, 'Forbidden', 'no');
    };
    expect((await apply([map], answer)).outcome.items[0]?.reason).toBe('forbidden');
  });
});

describe('listing what is there', () => {
  it('follows pages', async () => {
    const { outcome } = await apply(maps, ({ method, path, query }) => {
      if (method !== undefined || !path.endsWith('/configmaps')) return undefined;
      if (query?.['continue'] === undefined)
        return { items: [{ metadata: { name: 'a', resourceVersion: '7' } }], metadata: { continue: 'x' } };
      return { items: [{ metadata: { name: 'b', resourceVersion: '6' } }, {}], metadata: { continue: '' } };
    });
    expect(outcome.items.map((item) => item.reason)).toEqual(['unchanged', 'changed', 'created']);
  });

  it('ends the run when the cluster does not answer', async () => {
    const gone = new TaskError('unreachable', 'asking', { remedy: '' });
    const answer: Answer = ({ method, path }) => {
      if (method === undefined && path.endsWith('/configmaps')) throw gone;
    };
    await expect(apply(maps, answer)).rejects.toBe(gone);
  });

  it('ends the run when kinds cannot be looked up', async () => {
    const answer: Answer = ({ path }) => {
      if (path === '/api/v1') throw refusal(503, 'ServiceUnavailable', 'no');
    };
    await expect(apply(maps, answer)).rejects.toMatchObject({ status: 503 });
  });
});

describe('readiness', () => {
  const claim = aResource('v1 ConfigMap', 'a');
  const gadget = aResource('example.com/v1 Gadget', 'one');
  const served: Answer = ({ path }) =>
    path === '/apis/example.com/v1'
      ? { resources: [{ name: 'gadgets', kind: 'Gadget', namespaced: true }] }
      : undefined;

  it('is waited for as long as it was asked, and then told with the reason', async () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'NoPower' }];
    const { outcome, slept } = await apply(
      [claim, gadget],
      (request) =>
        request.method === undefined && request.path.endsWith('/gadgets/one')
          ? { ...gadget, status: { conditions } }
          : served(request),
      { waitSeconds: 10 },
    );
    expect(outcome.items.map(({ outcome: end, reason, message }) => [end, reason, message])).toEqual([
      ['done', 'created', undefined],
      ['failed', 'not-ready', 'it is not Ready: NoPower'],
    ]);
    expect(outcome.items[1]?.evidence).toMatchObject({ operation: 'created', name: 'one' });
    expect(outcome.results).toMatchObject({ 'created-count': '2', 'not-ready-count': '1', 'failed-count': '1' });
    expect(slept()).toBe(10_000);
  });

  it('ends the waiting as soon as all is ready', async () => {
    let polls = 0;
    const { outcome, slept } = await apply(
      [gadget],
      (request) => {
        if (request.method !== undefined || !request.path.endsWith('/gadgets/one')) return served(request);
        polls += 1;
        return { ...gadget, status: { conditions: [{ type: 'Ready', status: polls > 2 ? 'True' : 'False' }] } };
      },
      { waitSeconds: 60 },
    );
    expect(outcome.results['failed-count']).toBe('0');
    expect(slept()).toBe(1250);
  });

  it('that the account may not see is told at once', async () => {
    const { outcome, slept } = await apply(
      [gadget],
      (request) => {
        if (request.method === undefined && request.path.endsWith('/gadgets/one'))
          throw refusal(403, 'Forbidden', 'no');
        return served(request);
      },
      { waitSeconds: 60 },
    );
    expect(outcome.items[0]).toMatchObject({ reason: 'not-ready', message: 'the account may not look at it' });
    expect(slept()).toBe(0);
  });
});
