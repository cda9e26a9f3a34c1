import { describe, expect, it } from 'vitest';

import { podTrouble } from '../../../../src/domain/volumes/helper-pod.ts';

function podWaitingFor(waiting: unknown, conditions: readonly unknown[] = []) {
  const containerStatuses = [{ state: { running: {} } }, { state: { waiting } }];
  return { status: { phase: 'Pending', containerStatuses, conditions } };
}

const unscheduled = { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' };

describe('the trouble of a pod', () => {
  it('is none when it runs or is not there', () => {
    expect(podTrouble({ status: { phase: 'Running', conditions: [unscheduled] } })).toBeUndefined();
    expect(podTrouble(undefined)).toBeUndefined();
  });

  it('is what its container waits for', () => {
    expect(podTrouble(podWaitingFor({ reason: 'ImagePullBackOff', message: 'no such tag' }))).toEqual({
      message: 'ImagePullBackOff: no such tag',
      isFinal: false,
    });
  });

  it('is what the container waits for that comes first, not that the others wait for it', () => {
    const [initial, later] = ['ErrImagePull', 'PodInitializing'].map((reason) => [{ state: { waiting: { reason } } }]);
    const pod = { status: { phase: 'Pending', initContainerStatuses: initial, containerStatuses: later } };
    expect(podTrouble(pod)?.message).toBe('ErrImagePull');
    const usual = { status: { phase: 'Pending', containerStatuses: later } };
    expect(podTrouble(usual)?.message).toBe('it is still being started');
  });

  it('is the bare reason when the container says no more', () => {
    expect(podTrouble(podWaitingFor({ reason: 'ErrImagePull' }))?.message).toBe('ErrImagePull');
  });

  it.each(['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerError', 'RunContainerError'])(
    'does not pass by waiting: %s',
    (reason) => {
      expect(podTrouble(podWaitingFor({ reason }))?.isFinal).toBe(true);
    },
  );

  it('is what the scheduler says while no container has been started', () => {
    const trouble = { message: '0/3 nodes are available', isFinal: false };
    const others = [
      { type: 'PodScheduled', status: 'True', message: 'x' },
      { type: 'Ready', status: 'False' },
    ];
    expect(podTrouble({ status: { phase: 'Pending', conditions: [...others, unscheduled] } })).toEqual(trouble);
    expect(podTrouble(podWaitingFor({ reason: 'ContainerCreating' }, [unscheduled]))).toEqual(trouble);
  });

  it.each([
    ['a pod without a status', {}],
    ['a container that is being made', podWaitingFor({ reason: 'ContainerCreating', message: 'x' })],
    ['a container that gives no reason', podWaitingFor({})],
    ['a pod that has a node', podWaitingFor({}, [{ ...unscheduled, status: 'True' }])],
  ])('is only the start itself: %s', (_, pod) => {
    expect(podTrouble(pod)).toEqual({ message: 'it is still being started', isFinal: false });
  });
});
