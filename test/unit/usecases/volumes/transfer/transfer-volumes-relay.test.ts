import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../../src/domain/core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../../../../../src/domain/core/json-object.ts';
import { helpersLeft, makeScene, move } from '../../../../fakes/volume-scene.ts';

describe('a transfer with the endpoint port-forward', () => {
  it('reaches the destination by port-forward without a Service or NetworkPolicy, and stops the relay', async () => {
    const { source, destination } = makeScene();
    const calls: string[] = [];
    const { outcome } = await move({ source, destination }, { endpointType: 'port-forward' }, async (ends) => {
      const pods = await Promise.all([ends.source.findPod(), ends.destination.findPod()]);
      calls.push(
        `from ${pods[0] ?? ''}:${String(ends.source.port)} to ${pods[1] ?? ''}:${String(ends.destination.port)}`,
      );
      return { assertAllowed: () => undefined, stop: () => void calls.push('stopped') };
    });
    expect(outcome.items).toEqual([expect.objectContaining({ outcome: 'done', reason: 'transferred' })]);
    expect(calls).toEqual(['from volume-run1-client-pod:8445 to volume-run1-server-pod:8443', 'stopped']);
    expect([...destination.created('Service'), ...destination.created('NetworkPolicy')]).toEqual([]);
    expect(stringAt(source.created('Secret')[0], 'stringData', 'stunnel.conf')).toContain('connect = 127.0.0.1:8444');
    expect(stringAt(destination.created('Secret')[0], 'stringData', 'stunnel.conf')).toContain('accept = 127.0.0.1:');
    expect(valueAt(arrayAt(source.created('Job')[0], 'spec', 'template', 'spec', 'containers')[0], 'args')).toContain(
      '--relay=true',
    );
  });

  it('ends when a cluster refuses port-forward, and removes what it made', async () => {
    const scene = makeScene();
    scene.source.log = '';
    const relay = {
      assertAllowed: () => {
        throw new TaskError('forbidden', 'port-forward to pod shop/a: HTTP 403', { remedy: 'Allow it.' });
      },
      stop: () => undefined,
    };
    const moved = move(scene, { endpointType: 'port-forward' }, () => Promise.resolve(relay));
    await expect(moved).rejects.toMatchObject({ code: 'forbidden' });
    expect([...helpersLeft(scene.source), ...helpersLeft(scene.destination)]).toEqual([]);
  });
});
