import { describe, expect, it } from 'vitest';

import {
  debugContainer,
  debugStateOf,
  whyNoDebugContainer,
} from '../../../../src/domain/containerize/debug-container.ts';
import { aPod } from '../../../builders/containerize.ts';

const options = { container: 'lab', image: 'task-runner:1', name: 'export-abc-1', imageUser: undefined };

describe('a debug container', () => {
  it('has the user and the group of the process that it looks into', () => {
    const status = { containerStatuses: [{ name: 'lab', user: { linux: { uid: 1001, gid: 0 } } }] };
    const pod = aPod({ spec: { securityContext: { runAsUser: 5 } }, status });
    expect(debugContainer(pod, options)).toMatchObject({
      targetContainerName: 'lab',
      securityContext: { runAsUser: 1001, runAsGroup: 0, capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
    });
    const declared = aPod({ container: { securityContext: { runAsUser: 7 } } });
    expect(debugContainer(declared, options)).toMatchObject({ securityContext: { runAsUser: 7, runAsGroup: 0 } });
    const named = { ...options, imageUser: { uid: 8, gid: undefined } };
    expect(debugContainer(aPod(), named)).toMatchObject({ securityContext: { runAsUser: 8, runAsGroup: 0 } });
    const grouped = { ...options, imageUser: { uid: 8, gid: 9 } };
    expect(debugContainer(aPod(), grouped)).toMatchObject({ securityContext: { runAsUser: 8, runAsGroup: 9 } });
  });

  it('of a process of root has its capabilities', () => {
    const root = debugContainer(aPod({ spec: { securityContext: { runAsUser: 0 } } }), options);
    expect(root['securityContext']).toEqual({ runAsUser: 0, runAsGroup: 0 });
    const unknown = debugContainer(aPod(), { ...options, container: 'other' });
    expect(unknown['securityContext']).not.toHaveProperty('runAsUser');
    expect(unknown['securityContext']).not.toHaveProperty('runAsGroup');
  });

  it('cannot find the process in a pod whose containers share one process namespace', () => {
    expect(whyNoDebugContainer(aPod())).toBeUndefined();
    expect(whyNoDebugContainer(aPod({ spec: { shareProcessNamespace: true } }))).toContain('share');
  });

  it('runs, or its state says why not', () => {
    const of = (state: object) => debugStateOf({ status: { ephemeralContainerStatuses: [{ name: 'd', state }] } }, 'd');
    expect(of({ running: {} }).isRunning).toBe(true);
    expect(of({ waiting: { reason: 'ErrImagePull', message: 'denied' } }).why).toBe('ErrImagePull: denied');
    expect(of({ terminated: { reason: 'Error' } }).why).toBe('Error');
    expect(debugStateOf({}, 'd')).toEqual({ isRunning: false, why: 'it was not started yet' });
  });
});
