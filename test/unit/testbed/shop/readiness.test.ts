import { expect, test } from 'vitest';
import { describeUnready, parseWorkloads } from '../../../../testbed/shop/readiness.ts';

function workload(kind: string, name: string, parts: { generation?: number; spec?: object; status?: object }): object {
  return {
    kind,
    metadata: { name, generation: parts.generation ?? 1 },
    spec: parts.spec ?? { replicas: 2 },
    status: parts.status,
  };
}

function parse(...items: readonly object[]): ReturnType<typeof parseWorkloads> {
  return parseWorkloads({ items });
}

test('counts pods that are available and of the newest template', () => {
  const ready = workload('Deployment', 'web', {
    status: { observedGeneration: 1, availableReplicas: 2, updatedReplicas: 2 },
  });
  const stale = workload('Deployment', 'api', {
    status: { observedGeneration: 1, availableReplicas: 2, updatedReplicas: 1 },
  });
  expect(parse(ready, stale)).toEqual([
    { name: 'Deployment web', ready: 2, wanted: 2 },
    { name: 'Deployment api', ready: 1, wanted: 2 },
  ]);
});

test('counts nothing while the controller has not seen the newest change', () => {
  const unseen = workload('StatefulSet', 'redis', {
    generation: 2,
    status: { observedGeneration: 1, readyReplicas: 2, updatedReplicas: 2 },
  });
  expect(describeUnready(parse(unseen))).toBe('StatefulSet redis 0/2');
});

test('counts a Job by its completions', () => {
  const running = workload('Job', 'seed', { spec: { completions: 1 }, status: { active: 1 } });
  const done = workload('Job', 'seed', { spec: { completions: 1 }, status: { succeeded: 1 } });
  expect(describeUnready(parse(running))).toBe('Job seed 0/1');
  expect(describeUnready(parse(done))).toBeUndefined();
});

test('does not take an empty namespace for a ready one', () => {
  expect(describeUnready(parse())).toBe('no workloads');
  expect(describeUnready(parseWorkloads('nonsense'))).toBe('no workloads');
});
