import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { aResource } from '../../../builders/transform.ts';
import { apply, refusal, type Answer } from '../../../fakes/memory-cluster.ts';

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

  it('is compared by content when another user created it first', async () => {
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

  it('is written over when it is there but cannot be seen', async () => {
    const sent: string[] = [];
    const answer: Answer = ({ method }) => {
      if (method === 'PATCH') throw refusal(415, '', 'no');
      if (method !== undefined) sent.push(method);
      if (method === 'POST') throw refusal(409, 'AlreadyExists', 'exists');
      return method === 'PUT' ? { metadata: { resourceVersion: '9' } } : undefined;
    };
    expect((await apply([map], answer)).outcome.items[0]?.reason).toBe('changed');
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

describe('readiness', () => {
  const claim = aResource('v1 ConfigMap', 'a');
  const gadget = aResource('example.com/v1 Gadget', 'one');
  const served: Answer = ({ path }) =>
    path === '/apis/example.com/v1'
      ? { resources: [{ name: 'gadgets', kind: 'Gadget', namespaced: true }] }
      : undefined;

  it('is waited for as long as it was asked, and then reported with the reason', async () => {
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

  it('that the account may not see is reported at once', async () => {
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
