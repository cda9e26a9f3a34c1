import { expect, it } from 'vitest';

import { environmentOf } from '../../../../src/domain/app/container-environment.ts';

const workload = (container: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: { spec: { containers: [container] } } },
});

it('the environment of a workload names where each variable comes from', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ];
  const found = environmentOf(workload({ name: 'web', env, envFrom: [{ configMapRef: { name: 'm' } }] }));
  expect(found.map(({ name, source, value }) => [name, source, value])).toEqual([
    ['A', 'value', '1'],
    ['B', 'Secret s, key k', undefined],
    ['C', 'field metadata.name', undefined],
    ['', 'ConfigMap m', undefined],
  ]);
});

it.each<[string, object, string]>([
  ['a key of a ConfigMap', { configMapKeyRef: { name: 'm', key: 'k' } }, 'ConfigMap m, key k'],
  ['a source without a name', { secretKeyRef: { key: 'k' } }, 'Secret , key k'],
  ['a limit of the container', { resourceFieldRef: { resource: 'limits.cpu' } }, 'field limits.cpu'],
  ['an unknown source', { other: {} }, 'value'],
])('a variable from %s has no value of its own', (_what, valueFrom, source) => {
  expect(environmentOf(workload({ env: [{ name: 'A', valueFrom }] }))).toEqual([
    { workload: 'Deployment/web', container: '', name: 'A', source, value: undefined },
  ]);
});

it('what the API server would refuse is read as empty', () => {
  const found = environmentOf(workload({ name: 'web', env: [{}], envFrom: [{}, { secretRef: { name: 's' } }] }));
  expect(found.map(({ name, source, value }) => [name, source, value])).toEqual([
    ['', 'value', ''],
    ['', 'unknown', undefined],
    ['', 'Secret s', undefined],
  ]);
});

it('containers that initialize come first', () => {
  const spec = { initContainers: [{ name: 'init', env: [{ name: 'A' }] }] };
  const { spec: inner } = workload({ name: 'web', env: [{ name: 'B' }] });
  const found = environmentOf({
    ...workload({}),
    spec: { template: { spec: { ...inner.template.spec, ...spec } } },
  });
  expect(found.map(({ container, name }) => [container, name])).toEqual([
    ['init', 'A'],
    ['web', 'B'],
  ]);
});
