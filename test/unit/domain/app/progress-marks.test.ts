import { describe, expect, it } from 'vitest';

import { progressMarks } from '../../../../src/domain/app/progress-marks.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';

const pod = (status: object, uid = 'u'): Resource => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', uid },
  status,
});

const isNew = (before: Resource, after: Resource): boolean => {
  const known = new Set(progressMarks(before));
  return progressMarks(after).some((mark) => !known.has(mark));
};

const container = (state: object, more: object = {}) => ({ containerStatuses: [{ name: 'a', state, ...more }] });

describe('progress', () => {
  it.each<[string, object, object]>([
    ['another figure', { readyReplicas: 1 }, { readyReplicas: 2 }],
    ['a figure of a Job', {}, { succeeded: 1 }],
    ['another phase', { phase: 'Pending' }, { phase: 'Running' }],
    ['a condition that became true', cond('Ready', 'False'), cond('Ready', 'True')],
    ['another reason', container({ waiting: { reason: 'A' } }), container({ waiting: { reason: 'B' } })],
    ['a container that runs', container({ waiting: { reason: 'A' } }), container({ running: {} })],
    ['a container with its first state', container({}), container({ running: {} })],
    ['a container that is ready', container({ running: {} }), container({ running: {} }, { ready: true })],
    [
      'an init container that ended',
      { initContainerStatuses: [{ name: 'i', state: { running: {} } }] },
      { initContainerStatuses: [{ name: 'i', state: { terminated: { reason: 'Completed' } } }] },
    ],
  ])('is %s', (_what, before, after) => {
    expect(isNew(pod(before), pod(after))).toBe(true);
  });

  it.each<[string, object, object]>([
    ['another number of restarts', container({}, { restartCount: 1 }), container({}, { restartCount: 2 })],
    ['a condition that became false', cond('Ready', 'True'), cond('Ready', 'False')],
    ['another message', container({ waiting: { message: 'a' } }), container({ waiting: { message: 'b' } })],
  ])('is not %s', (_what, before, after) => {
    expect(isNew(pod(before), pod(after))).toBe(false);
  });

  it('is another pod of the same name, and also an object that no server made', () => {
    expect(isNew(pod({}), pod({}, 'other'))).toBe(true);
    const made = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } };
    expect(isNew(pod({}), made)).toBe(true);
    expect(isNew(made, { ...made, status: { conditions: [{ status: 'True' }] } })).toBe(true);
  });
});

function cond(type: string, status: string): object {
  return { conditions: [{ type, status }] };
}
