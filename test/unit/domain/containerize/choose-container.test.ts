import { describe, expect, it } from 'vitest';

import {
  chooseContainer,
  choosePod,
  stateOf,
  whyAnother,
} from '../../../../src/domain/containerize/choose-container.ts';
import { ownerOf, parseWorkload } from '../../../../src/domain/containerize/workload-kinds.ts';
import { aPod } from '../../../builders/containerize.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const named = (name: string, parts: Parameters<typeof aPod>[0] = {}, created = '2026-01-01') =>
  aPod({ ...parts, metadata: { name, namespace: 'shop', creationTimestamp: created, ...parts.metadata } });

describe('the pod', () => {
  it('is the youngest that is ready', () => {
    const deleted = named('d', { metadata: { name: 'd', deletionTimestamp: 'x' } }, '2026-01-09');
    const { pod, warnings } = choosePod([named('a', {}, '2026-01-02'), named('b'), deleted], 'Deployment shop/lab');
    expect(pod.metadata.name).toBe('a');
    expect(warnings).toEqual([expect.stringMatching(/^2 pods of Deployment shop\/lab are ready: a is read/)]);
    expect(choosePod([aPod()], 'x').warnings).toEqual([]);
    expect(choosePod([aPod({ metadata: {} }), named('lab-9', {}, '')], 'x').pod.metadata.name).toBe('lab-9');
  });

  it.each<[string, readonly Parameters<typeof aPod>[0][], string]>([
    ['no pod', [], 'it has no pod'],
    ['a deleted one', [{ metadata: { name: 'd', deletionTimestamp: 'x' } }], 'pod d is being deleted'],
    [
      'one that waits',
      [{ status: { phase: 'Pending', conditions: [], containerStatuses: [] } }],
      'pod lab-0 has the phase Pending',
    ],
    [
      'one without status',
      [{ status: { phase: undefined, containerStatuses: [] } }],
      'pod lab-0 has the phase unknown',
    ],
    [
      'one that restarts',
      [
        {
          status: {
            conditions: [],
            containerStatuses: [{ name: 'lab', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
          },
        },
      ],
      'pod lab-0 is not ready: container lab: CrashLoopBackOff',
    ],
  ])('is not there with %s', (_, pods, why) => {
    expect(refusalOf(() => choosePod(pods.map(aPod), 'Deployment shop/lab'))).toBe(
      `pod-not-ready: looking for a pod of Deployment shop/lab: ${why}`,
    );
  });
});

describe('the container', () => {
  const pod = (names: readonly string[], annotations: object = {}) =>
    aPod({ spec: { containers: names.map((name) => ({ name })) }, metadata: { annotations } });
  const choose = (each: ReturnType<typeof pod>, wanted?: string, addOns: readonly string[] = []) =>
    chooseContainer(each, { wanted, addOns });

  it('is the wanted one, the only one that is not an add-on, or the default of the pod', () => {
    expect(choose(pod(['a', 'b']), 'b')).toBe('b');
    expect(choose(pod(['a']))).toBe('a');
    expect(choose(pod(['a', 'b']), undefined, ['a'])).toBe('b');
    expect(choose(pod(['a', 'b'], { 'kubectl.kubernetes.io/default-container': 'b' }))).toBe('b');
  });

  it('is asked for otherwise, with a list', () => {
    expect(refusalOf(() => choose(pod(['a', 'b'])))).toBe(
      'invalid-param: choosing a container of Pod shop/lab-0: several containers, a, b',
    );
    expect(refusalOf(() => choose(pod(['a']), undefined, ['a']))).toContain('all containers are add-ons');
    expect(refusalOf(() => choose(pod(['a', 'b']), 'c'))).toBe(
      'invalid-param: reading container: Pod shop/lab-0 has a, b, not "c"',
    );
    expect(refusalOf(() => choose(named('n', { spec: { containers: [{}] } })))).toContain('Pod shop/n');
    expect(refusalOf(() => choose(named('n'), 'x'))).toContain('Pod shop/n has lab');
  });

  it('has a start time and an id while it runs', () => {
    expect(stateOf(aPod(), 'lab')).toEqual({ id: 'containerd://1', startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 });
    const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
    const state = (status: object) =>
      refusalOf(() =>
        stateOf(aPod({ metadata: {}, status: { containerStatuses: [{ name: 'lab', ...status }] } }), 'lab'),
      );
    expect(state({ state: running, ready: true })).toBe('');
    expect(state({ state: running, ready: false })).toMatch(/^pod-not-ready: /);
    expect(state({ state: { waiting: {} }, ready: true })).toMatch(/^pod-not-ready: .*does not run, or is not ready/);
    expect(refusalOf(() => stateOf(aPod({ metadata: { namespace: undefined } }), 'x'))).toContain('Pod /lab-0');
  });
});

describe('a container that was read', () => {
  const running = { running: { startedAt: '2026-01-02T03:04:05Z' } };
  const podOf = (uid: string, status: object) =>
    aPod({
      metadata: { name: 'lab-0', namespace: 'shop', uid },
      status: { containerStatuses: [{ name: 'lab', ...status }] },
    });
  const pod = podOf('1', { state: running, containerID: 'containerd://1' });
  const before = { pod, container: 'lab', state: { id: 'containerd://1', startedAt: 0 } };

  it.each([
    [undefined, pod],
    ['the pod was deleted', undefined],
    ['the pod was deleted', podOf('2', { state: running, containerID: 'containerd://1' })],
    ['the container ended', podOf('1', { state: { waiting: {} }, containerID: 'containerd://1' })],
    ['the container started again', podOf('1', { state: running, containerID: 'containerd://2' })],
  ])('is another one because %s', (why, now) => {
    expect(whyAnother(before, now)).toBe(why);
  });
});

describe('a workload', () => {
  it.each([
    ['deployment/web', ['Deployment'], 'web'],
    ['sts/web', ['StatefulSet'], 'web'],
    ['DeploymentConfig.apps.openshift.io/web', ['DeploymentConfig'], 'web'],
    ['po/web-0', ['Pod'], 'web-0'],
  ])('%s is read', (text, kinds, name) => {
    const found = parseWorkload(text);
    expect([found.kinds.map(({ kind }) => kind.kind), found.name]).toEqual([kinds, name]);
  });

  it('can be of each kind when its name has none', () => {
    expect(parseWorkload('web').kinds).toHaveLength(7);
  });

  it.each(['job/web', '/web', 'pod/', 'pod/A', 'pod/a/b', '', 'a b'])('%j is refused', (text) => {
    expect(refusalOf(() => parseWorkload(text))).toMatch(/^invalid-param: reading the workload: expected kind\/name/);
  });

  it('is the controller of an object', () => {
    const owner = (reference: object) =>
      ownerOf(
        named('n', { metadata: { name: 'n', ownerReferences: [{ controller: true, name: 'r', ...reference }] } }),
      );
    expect(owner({ kind: 'ReplicaSet', apiVersion: 'apps/v1' })).toMatchObject({ name: 'r' });
    expect(owner({ kind: 'ReplicationController', apiVersion: 'v1' })).toMatchObject({ name: 'r' });
    expect(owner({ kind: 'ReplicaSet', apiVersion: 'example.com/v1' })).toBeUndefined();
    expect(owner({ kind: 'Notebook', apiVersion: 'kubeflow.org/v1' })).toBeUndefined();
    expect(owner({ kind: 'ReplicaSet', apiVersion: 'apps/v1', name: undefined })).toBeUndefined();
    expect(owner({ kind: 'ReplicaSet', apiVersion: 'apps/v1', controller: false })).toBeUndefined();
  });
});
