import { describe, expect, it } from 'vitest';

import { valueAt } from '../../../../../src/domain/core/json-object.ts';
import { formatEvent } from '../../../../../src/domain/volumes/mover-protocol.ts';
import { aClaim, aPod, claimPath, equalEnd, helpersLeft, makeScene, move } from '../../../../fakes/volume-scene.ts';

describe('a claim is refused', () => {
  it.each([
    ['a block device', aClaim('data', { volumeMode: 'Block' }), /block device/],
    ['one whose volume is lost', aClaim('data', {}, { phase: 'Lost' }), /volume is lost/],
  ])('%s', async (_, claim, message) => {
    const scene = makeScene();
    scene.source.put(claimPath('data'), claim);
    await expect(move(scene)).rejects.toThrow(message);
    expect(scene.destination.sent).toEqual([]);
  });

  it('one that allows no second pod beside the one that runs', async () => {
    const scene = makeScene();
    scene.source.put(claimPath('data'), aClaim('data', { accessModes: ['ReadWriteOncePod'] }));
    scene.source.put('/api/v1/namespaces/shop/pods/web', aPod('web', 'data'));
    await expect(move(scene)).rejects.toThrow(/Pod web uses it and allows no second pod/);
  });

  it('a smaller one, or one of another class than was asked for, at the destination', async () => {
    const scene = makeScene();
    scene.destination.put(
      claimPath('data'),
      aClaim('data', { storageClassName: 'other', resources: { requests: { storage: '1Mi' } } }),
    );
    await expect(move(scene, { storageClass: 'fast' })).rejects.toThrow(
      /its storage class is other, not fast; it asks for 1Mi/,
    );
  });

  it.each([
    ['at the source', { accessModes: ['ReadOnlyMany'] }, {}],
    ['by the wish', {}, { accessModes: ['ReadOnlyMany'] }],
  ])('one that no pod may write to, %s, before it is created', async (_, spec, wish) => {
    const scene = makeScene();
    scene.source.put(claimPath('data'), aClaim('data', spec));
    await expect(move(scene, wish)).rejects.toMatchObject({
      message: expect.stringContaining('ReadOnlyMany') as string,
      remedy: expect.stringContaining('access-modes') as string,
    });
    expect(scene.destination.sent.filter(({ request }) => !request.startsWith('GET'))).toEqual([]);
  });

  it('not when a mode for writing is asked for, when it is only compared, or when it was never bound', async () => {
    const readOnly = { accessModes: ['ReadOnlyMany'] };
    const scene = makeScene();
    scene.source.put(claimPath('data'), aClaim('data', readOnly));
    const accessModes = ['ReadOnlyMany', 'ReadWriteOnce'];
    expect((await move(scene, { accessModes })).outcome.items).toMatchObject([{ outcome: 'done' }]);
    scene.destination.put(claimPath('data'), aClaim('data', readOnly));
    expect((await move(scene, { checkOnly: true })).outcome.items).toMatchObject([{ outcome: 'done' }]);
    const empty = makeScene();
    empty.source.put(claimPath('data'), aClaim('data', readOnly, { phase: 'Pending' }));
    expect((await move(empty)).outcome.items).toMatchObject([{ reason: 'created-empty' }]);
  });

  it('not when its volume was expanded to what is asked for', async () => {
    const scene = makeScene();
    const expanded = aClaim('data', {}, { phase: 'Bound', capacity: { storage: '20Gi' } });
    scene.source.put(claimPath('data'), aClaim('data', { resources: { requests: { storage: '10Gi' } } }));
    scene.destination.put(claimPath('data'), expanded);
    expect((await move(scene)).outcome.items).toMatchObject([{ outcome: 'done' }]);
  });

  it('in the wrong cluster, before anything is written', async () => {
    const scene = makeScene();
    await expect(move(scene, { clusterUid: 'another' })).rejects.toThrow(/its UID is uid-of-destination/);
    expect(scene.destination.sent).toEqual([]);
  });

  it('onto itself', async () => {
    const { source } = makeScene();
    await expect(move({ source, destination: source })).rejects.toThrow(/moved onto itself/);
  });

  it('and the others are moved: exit code 4 by its item', async () => {
    const scene = makeScene();
    const { outcome } = await move(scene, { claims: 'data,missing' });
    expect(outcome.items.map(({ id, outcome: end }) => [id, end])).toEqual([
      ['claim shop/data', 'done'],
      ['claim shop/missing', 'failed'],
    ]);
  });
});

describe('what the mover says', () => {
  it('names files that are not equal as items of their own', async () => {
    const scene = makeScene();
    const events = [
      { event: 'problem', path: 'a\u001b[31m', message: 'Permission denied (13)' },
      { event: 'end', ...equalEnd, verdict: 'different', message: '1 files are not equal', problems: 1 },
    ] as const;
    scene.source.log = events.map((event) => formatEvent(event)).join('\n');
    const { outcome } = await move(scene);
    expect(outcome.items).toMatchObject([
      { id: 'claim shop/data', outcome: 'failed', reason: 'different' },
      { id: 'file shop/data:/a\u001b[31m', outcome: 'failed', reason: 'file-not-equal' },
    ]);
    expect(outcome.results).toMatchObject({ 'failed-count': '1', 'failed-files': '1' });
  });

  it('must come in time: what keeps the pod from running is reported', async () => {
    const scene = makeScene();
    scene.source.log = '';
    scene.source.answer = ({ path, query }) =>
      path.endsWith('/pods') && query?.['labelSelector']?.includes('role=client') === true
        ? {
            items: [
              {
                metadata: { name: 'p', namespace: 'shop' },
                status: {
                  phase: 'Pending',
                  conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
                },
              },
            ],
          }
        : undefined;
    await expect(move(scene)).rejects.toThrow(/pod at the source does not run: 0\/1 nodes are available/);
    expect([...helpersLeft(scene.source), ...helpersLeft(scene.destination)]).toEqual([]);
  });

  it('is awaited while Jobs are kept alive', async () => {
    const scene = makeScene();
    const end = scene.source.log;
    scene.source.log = formatEvent({ event: 'progress', bytes: 1, percent: 1, rate: '1kB/s' });
    let looks = 0;
    scene.source.answer = ({ asText }) => {
      if (asText !== true) return undefined;
      looks += 1;
      return looks > 60 ? end : undefined;
    };
    await move(scene);
    const beats = scene.source.sent.filter(({ request }) => request.startsWith('PATCH'));
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect(Number(valueAt(beats.at(-1)?.body, 'spec', 'activeDeadlineSeconds'))).toBeGreaterThan(600);
  });
});

describe('what a mover says while it is awaited', () => {
  it('is reported in full, and each of it once', async () => {
    const scene = makeScene();
    const said = ['copying', 'the connection broke: resuming', 'cannot connect'].map((message) =>
      formatEvent({ event: 'note', message }),
    );
    const logs = [said.slice(0, 1), said, said, [scene.source.log]].map((lines) => lines.join('\n'));
    let looks = 0;
    scene.source.answer = ({ asText }) => {
      if (asText !== true) return undefined;
      looks += 1;
      return logs[Math.min(looks, logs.length) - 1];
    };
    const { lines } = await move(scene);
    expect(lines.slice(-3)).toEqual([
      'shop/data: copying',
      'shop/data: the connection broke: resuming',
      'shop/data: cannot connect',
    ]);
  });
});

describe('what an earlier run left', () => {
  it('is removed when no run keeps it alive', async () => {
    const scene = makeScene();
    await expect(move(scene, { endpointType: 'load-balancer' })).rejects.toThrow();
    const job = scene.destination.created('Job')[0];
    const orphan = { ...(job as object), metadata: { ...(valueAt(job, 'metadata') as object), name: 'orphan' } };
    scene.destination.put('/apis/batch/v1/namespaces/shop/jobs/orphan', orphan);
    const { lines } = await move(scene);
    expect(lines).toContain('shop/data: removing what an earlier run left');
    expect(scene.destination.objects.has('/apis/batch/v1/namespaces/shop/jobs/orphan')).toBe(false);
  });

  it('is left alone while another run shows that it is alive', async () => {
    const scene = makeScene();
    await expect(move(scene, { endpointType: 'load-balancer' })).rejects.toThrow();
    const job = scene.destination.created('Job')[0];
    let beats = 0;
    scene.destination.answer = ({ path, method }) => {
      if (!path.endsWith('/jobs') || method !== undefined) return undefined;
      beats += 1;
      const annotations = { 'crane-tasks.dev/heartbeat': String(beats) };
      return { items: [{ ...(job as object), metadata: { name: 'other-run', namespace: 'shop', annotations } }] };
    };
    await expect(move(scene)).rejects.toThrow(/another run is at it \(Job other-run\)/);
  });
});

describe('the address of an endpoint', () => {
  it('is not read from another object that the server answers', async () => {
    const scene = makeScene();
    const metadata = { name: 'another', namespace: 'shop' };
    scene.destination.answer = ({ path, method }) =>
      path.includes('/routes/') && method === undefined ? { metadata } : undefined;
    await expect(move(scene, { endpointType: 'route' })).rejects.toMatchObject({ code: 'unexpected-object' });
  });
});
