import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import { aResource } from '../../../builders/transform.ts';
import { apply, refusal, type Answer } from '../../../fakes/memory-cluster.ts';

const maps = ['a', 'b', 'c'].map((name) => aResource('v1 ConfigMap', name));

describe('a namespace that is being deleted', () => {
  it('is waited for, and nothing is created in it', async () => {
    let asked = 0;
    const answer: Answer = ({ path }) => {
      if (path !== '/api/v1/namespaces/shop') return undefined;
      asked += 1;
      if (asked > 3) throw refusal(404, 'NotFound', 'namespaces "shop" not found');
      return { metadata: { name: 'shop' }, status: { phase: 'Terminating' } };
    };
    await expect(apply(maps, answer)).rejects.toMatchObject({ code: 'namespace-not-found' });
    expect(asked).toBe(4);
  });

  it('is given up after two minutes', async () => {
    const requests: string[] = [];
    const terminating: Answer = ({ method, path }) => {
      requests.push(method ?? 'GET');
      return path === '/api/v1/namespaces/shop'
        ? { metadata: { name: 'shop' }, status: { phase: 'Terminating' } }
        : undefined;
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
        return { metadata: { name: 'first' }, status: { conditions: [{ type: 'Established', status: 'True' }] } };
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
          ? { metadata: { name: 'first' }, status: { conditions: [{ type: 'Established', status: 'True' }] } }
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

  it('is distinguished from a defect', async () => {
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
        const conditions = [{ type: 'Established', status: polls > 2 ? 'True' : 'False' }];
        return { metadata: { name: 'gadgets.example.com' }, status: { conditions } };
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
      method === undefined && path.endsWith('/gadgets.example.com')
        ? { metadata: { name: 'gadgets.example.com' } }
        : undefined,
    );
    expect(outcome.items.map((item) => item.reason)).toEqual(['created', 'missing-kind']);
  });

  it('that never come into force are waited for together', async () => {
    const many = Array.from({ length: 20 }, (_, number) =>
      aResource('apiextensions.k8s.io/v1 CustomResourceDefinition', `kind${String(number)}.example.com`),
    );
    const { slept } = await apply(many, ({ method, path }) =>
      method === undefined && path.endsWith('.example.com')
        ? { metadata: { name: path.split('/').at(-1) } }
        : undefined,
    );
    expect(slept()).toBe(30_000);
  });

  it('are not waited for in a dry run', async () => {
    const { slept } = await apply([definition], () => undefined, { dryRun: true });
    expect(slept()).toBe(0);
  });
});

describe('listing what is there', () => {
  it('follows pages', async () => {
    const { outcome } = await apply(maps, ({ method, path, query }) => {
      if (method !== undefined || !path.endsWith('/configmaps')) return undefined;
      const version = (name: string, resourceVersion: string) => ({
        ...{ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' },
        metadata: { name, namespace: 'shop', resourceVersion },
      });
      if (query?.['continue'] === undefined) return { items: [version('a', '7')], metadata: { continue: 'x' } };
      return { items: [version('b', '6')], metadata: { continue: '' } };
    });
    expect(outcome.items.map((item) => item.reason)).toEqual(['unchanged', 'changed', 'created']);
  });

  it.each([
    ['another kind', { kind: 'ClusterRoleBinding', metadata: { name: 'a', namespace: 'shop' } }],
    ['another namespace', { metadata: { name: 'a', namespace: 'kube-system' } }],
    ['nothing', {}],
  ])('relies on no version when it holds %s', async (_, item) => {
    const { outcome } = await apply(maps, ({ method, path }) => {
      if (method !== undefined || !path.endsWith('/configmaps')) return undefined;
      return { items: [{ metadata: { name: 'b', namespace: 'shop', resourceVersion: '6' } }, item], metadata: {} };
    });
    expect(outcome.items.map((each) => each.reason)).toEqual(['applied', 'applied', 'applied']);
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
