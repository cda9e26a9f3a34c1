import { describe, expect, it } from 'vitest';

import { mayNeedTime, readinessOf } from '../../../../src/domain/kube/readiness.ts';
import { aResource } from '../../../builders/transform.ts';

const condition = (type: string, status: string, more: object = {}) => ({ type, status, ...more });

function stateOf(type: string, spec: object, status: object): string {
  const resource = aResource(type, 'web', { metadata: { generation: 2 }, spec, status });
  const state = readinessOf(resource);
  return state === undefined || state.kind === 'ready' ? (state?.kind ?? 'none') : `${state.kind}: ${state.why}`;
}

const whole = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };

describe('readiness on the way', () => {
  it.each([
    ['apps/v1 StatefulSet', { replicas: 2 }, { ...whole, observedGeneration: 1 }, 'no controller has looked at it yet'],
    ['apps/v1 StatefulSet', { replicas: 2 }, { ...whole, readyReplicas: 1 }, '1 of 2 pods are ready'],
    ['apps/v1 DaemonSet', {}, { observedGeneration: 1 }, 'no controller has looked at it yet'],
    ['v1 Pod', {}, { phase: 'Pending' }, 'it is not Ready'],
    [
      'apiregistration.k8s.io/v1 APIService',
      {},
      { conditions: [condition('Available', 'False', { reason: 'ServiceNotFound' })] },
      'it is not Available: ServiceNotFound',
    ],
  ])('of %s with %j and %j waits: %s', (...row) => {
    const [type, spec, status, expected] = row;
    expect(stateOf(type, spec, status)).toBe(`waiting: ${expected}`);
  });

  it('of a DaemonSet needs its new pods, unless a user deletes the old ones', () => {
    const status = { observedGeneration: 2, desiredNumberScheduled: 2, numberAvailable: 2, updatedNumberScheduled: 1 };
    expect(stateOf('apps/v1 DaemonSet', {}, status)).toBe('waiting: 2 of 2 pods are available');
    expect(stateOf('apps/v1 DaemonSet', { updateStrategy: { type: 'OnDelete' } }, status)).toBe('ready');
  });

  it('of a failed job gives the reason where there is no message', () => {
    const failed = (more: object) =>
      stateOf('batch/v1 Job', {}, { conditions: [condition('Failed', 'True', { ...more })] });
    expect(failed({ reason: 'BackoffLimitExceeded' })).toBe('hopeless: the job failed: BackoffLimitExceeded');
    expect(failed({})).toBe('hopeless: the job failed');
  });

  it('makes up nothing where the cluster gives no message', () => {
    expect(stateOf('v1 Pod', {}, { phase: 'Failed' })).toBe('hopeless: the pod failed');
    const conditions = [
      condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }),
      condition('ReplicaFailure', 'True'),
    ];
    expect(stateOf('apps/v1 Deployment', {}, { observedGeneration: 2, conditions })).toBe(
      'waiting: 0 of 1 pods are available',
    );
  });
});

describe('readiness', () => {
  it.each([
    ['apps/v1 Deployment', { replicas: 2 }, whole, 'ready'],
    [
      'apps/v1 Deployment',
      { replicas: 2 },
      { ...whole, observedGeneration: 1 },
      'waiting: no controller has looked at it yet',
    ],
    ['apps/v1 Deployment', { replicas: 2 }, { ...whole, replicas: 3 }, 'waiting: 2 of 2 pods are available'],
    ['apps/v1 Deployment', { replicas: 2 }, { ...whole, updatedReplicas: 1 }, 'waiting: 2 of 2 pods are available'],
    ['apps/v1 Deployment', { replicas: 2, paused: true }, {}, 'ready'],
    ['apps/v1 Deployment', { replicas: 0 }, { observedGeneration: 2 }, 'ready'],
    ['apps.openshift.io/v1 DeploymentConfig', { replicas: 2 }, whole, 'ready'],
    ['apps.openshift.io/v1 DeploymentConfig', { replicas: 0 }, { observedGeneration: 2 }, 'ready'],
    [
      'apps.openshift.io/v1 DeploymentConfig',
      { replicas: 0 },
      { observedGeneration: 1 },
      'waiting: no controller has looked at it yet',
    ],
    ['apps.openshift.io/v1 DeploymentConfig', {}, {}, 'waiting: no controller has looked at it yet'],
    [
      'apps.openshift.io/v1 DeploymentConfig',
      { replicas: 0 },
      {},
      'unwatched: no controller has reported on it, and it asks for no pods',
    ],
    ['apps/v1 Deployment', { replicas: 0 }, {}, 'waiting: no controller has looked at it yet'],
    ['apps/v1 StatefulSet', { replicas: 2 }, { ...whole, updateRevision: 'a', currentRevision: 'a' }, 'ready'],
    [
      'apps/v1 StatefulSet',
      { replicas: 2 },
      { ...whole, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      'waiting: 2 of 2 pods are ready, some of the former kind',
    ],
    [
      'apps/v1 StatefulSet',
      { replicas: 2, updateStrategy: { type: 'OnDelete' } },
      { ...whole, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      'ready',
    ],
    [
      'apps/v1 DaemonSet',
      {},
      { observedGeneration: 2, desiredNumberScheduled: 1, numberAvailable: 1, updatedNumberScheduled: 1 },
      'ready',
    ],
    [
      'apps/v1 DaemonSet',
      {},
      { observedGeneration: 2, desiredNumberScheduled: 1 },
      'waiting: 0 of 1 pods are available',
    ],
    ['apps/v1 ReplicaSet', { replicas: 2 }, whole, 'ready'],
    ['v1 ReplicationController', {}, { observedGeneration: 2 }, 'waiting: 0 of 1 pods are ready'],
    ['batch/v1 Job', {}, { conditions: [condition('Complete', 'True')] }, 'ready'],
    ['batch/v1 Job', {}, { ready: 1 }, 'ready'],
    ['batch/v1 Job', { suspend: true }, {}, 'ready'],
    ['batch/v1 Job', {}, { active: 1 }, 'waiting: no pod of the job runs'],
    [
      'batch/v1 Job',
      {},
      { conditions: [condition('Failed', 'True', { message: 'too often' })] },
      'hopeless: the job failed: too often',
    ],
    ['v1 Pod', {}, { phase: 'Succeeded' }, 'ready'],
    ['v1 Pod', {}, { phase: 'Running', conditions: [condition('Ready', 'True')] }, 'ready'],
    ['v1 Pod', {}, { phase: 'Failed', message: 'evicted' }, 'hopeless: the pod failed: evicted'],
    ['v1 Pod', {}, { phase: 'Failed', reason: 'Evicted' }, 'hopeless: the pod failed: Evicted'],
    ['v1 PersistentVolumeClaim', {}, { phase: 'Bound' }, 'ready'],
    ['v1 PersistentVolumeClaim', {}, {}, 'waiting: the claim is Pending'],
    ['v1 PersistentVolumeClaim', {}, { phase: 'Lost' }, 'hopeless: the claim is Lost'],
    ['example.com/v1 Gadget', {}, { conditions: [condition('Ready', 'True')] }, 'ready'],
    [
      'example.com/v1 Gadget',
      {},
      { conditions: [condition('Ready', 'False', { reason: 'NoPower', message: 'plug it in' })] },
      'waiting: it is not Ready: NoPower: plug it in',
    ],
    ['example.com/v1 Gadget', {}, {}, 'none'],
    ['v1 ConfigMap', {}, { conditions: [condition('Ready', 'False')] }, 'none'],
  ])('of %s with %j and %j is %s', (...row) => {
    const [type, spec, status, expected] = row;
    expect(stateOf(type, spec, status)).toBe(expected);
  });

  it('reports why a Deployment is stuck', () => {
    const conditions = [
      condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'timed out progressing' }),
      condition('ReplicaFailure', 'True', { message: 'exceeded quota' }),
    ];
    expect(stateOf('apps/v1 Deployment', {}, { observedGeneration: 2, conditions })).toBe(
      'waiting: 0 of 1 pods are available; timed out progressing; exceeded quota',
    );
  });

  it('is looked at only where there may be some', () => {
    expect(mayNeedTime(aResource('example.com/v1 Gadget', 'a'))).toBe(true);
    expect(mayNeedTime(aResource('apps/v1 Deployment', 'a'))).toBe(true);
    expect(mayNeedTime(aResource('v1 ConfigMap', 'a'))).toBe(false);
    expect(mayNeedTime(aResource('rbac.authorization.k8s.io/v1 Role', 'a'))).toBe(false);
  });
});
