import { describe, expect, it } from 'vitest';

import { noteOf, pathsSetOtherwise } from '../../../../src/domain/apply/apply-notes.ts';
import { complaintsOf, selectorOf } from '../../../../src/domain/kube/pod-complaints.ts';
import { aResource } from '../../../builders/transform.ts';

const otherwise = (wanted: object, live: object) =>
  pathsSetOtherwise(aResource('v1 Thing', 'a', { ...wanted }), aResource('v1 Thing', 'a', { ...live }));

describe('what the cluster set otherwise', () => {
  it.each([
    [{ spec: { a: 1 } }, { spec: { a: 1, b: 2 } }],
    [{ spec: { cpu: '1000m', memory: '1024Mi', more: '0.5' } }, { spec: { cpu: '1', memory: '1Gi', more: '500m' } }],
    [{ spec: { a: '', b: null, c: [], d: {}, e: false, f: { g: 0 } } }, { spec: {} }],
    [{ stringData: { a: 'b' } }, { data: { a: 'Yg==' } }],
    [{ status: { a: 1 } }, {}],
    [{ spec: { list: [{ name: 'b', x: 1 }] } }, { spec: { list: [{ name: 'a' }, { name: 'b', x: 1, y: 2 }] } }],
    [{ spec: { ports: [{ port: 2 }, { port: 1 }] } }, { spec: { ports: [{ port: 1 }, { port: 2, protocol: 'TCP' }] } }],
  ])('does not count what means the same: %j as %j', (wanted, live) => {
    expect(otherwise(wanted, live)).toEqual([]);
  });

  it.each([
    [{ spec: { a: 1 } }, { spec: { a: 2 } }, ['spec.a']],
    [{ spec: { a: 1 } }, {}, ['spec']],
    [{ spec: { cpu: '1000m' } }, { spec: { cpu: '2' } }, ['spec.cpu']],
    [{ metadata: { labels: { team: 'x' } } }, { metadata: { labels: {} } }, ['metadata.labels.team']],
    [
      { spec: { containers: [{ name: 'main', image: 'a' }] } },
      {
        spec: {
          containers: [
            { name: 'proxy', image: 'p' },
            { name: 'main', image: 'b' },
          ],
        },
      },
      ['spec.containers[main].image'],
    ],
    [{ spec: { args: ['a', 'b'] } }, { spec: { args: ['a', 'c'] } }, ['spec.args[1]']],
  ])('names the field, not the value: %j as %j', (wanted, live, expected) => {
    expect(otherwise(wanted, live)).toEqual(expected);
  });

  it('is reported in one sentence, shortened', () => {
    const data = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`k${String(index)}`, 'a']));
    const wanted = aResource('v1 ConfigMap', 'a', { data });
    expect(noteOf(wanted, { ...wanted, data: {} })).toBe(
      'the cluster set otherwise than asked: data.k0, data.k1, data.k2, data.k3, data.k4, …',
    );
    expect(noteOf(wanted, wanted)).toBeUndefined();
  });
});

describe('what reaches beyond its namespace', () => {
  it.each([
    [aResource('v1 PersistentVolumeClaim', 'a', { spec: { volumeName: 'pv-1' } }), /one certain volume/],
    [
      aResource('batch/v1 CronJob', 'a', {
        spec: {
          jobTemplate: {
            spec: { template: { spec: { containers: [{}], volumes: [{ hostPath: { path: '/' } }] } } },
          },
        },
      }),
      /hostPath/,
    ],
    [
      aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'a', {
        subjects: [
          { kind: 'ServiceAccount', name: 'x' },
          { kind: 'ServiceAccount', name: 'y', namespace: 'other' },
        ],
      }),
      /other namespaces: other$/,
    ],
  ])('is reported', (resource, expected) => {
    expect(noteOf(resource, resource)).toMatch(expected);
  });
});

describe('pods', () => {
  it('are chosen as their workload chooses them', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In', values: ['x', 'y'] },
      { key: 'b', operator: 'NotIn', values: ['z'] },
      { key: 'c', operator: 'Exists' },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    const spec = { selector: { matchLabels: { app: 'web' }, matchExpressions } };
    expect(selectorOf(aResource('apps/v1 Deployment', 'web', { spec }))).toBe('app=web,a in (x,y),b notin (z),c,!d');
    const plain = { selector: { app: 'web' } };
    expect(selectorOf(aResource('v1 ReplicationController', 'web', { spec: plain }))).toBe('app=web');
    expect(selectorOf(aResource('apps.openshift.io/v1 DeploymentConfig', 'web', { spec: plain }))).toBe('app=web');
    expect(selectorOf(aResource('batch/v1 Job', 'once', {}))).toBe('batch.kubernetes.io/job-name=once');
    expect(selectorOf(aResource('v1 PersistentVolumeClaim', 'data', {}))).toBeUndefined();
  });

  it('say why they are not ready', () => {
    const crashed = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } };
    const status = {
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
      initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 0 } } }],
      containerStatuses: [
        { name: 'main', state: crashed, lastState: { terminated: { exitCode: 137 } } },
        { name: 'slow', state: { waiting: { reason: 'ContainerCreating' } } },
        { name: 'ended', state: { terminated: { exitCode: 1, reason: 'Error' } } },
      ],
    };
    expect(complaintsOf(aResource('v1 Pod', 'a', { status }))).toEqual([
      'pod not placed: 0/1 nodes are available',
      'container main: CrashLoopBackOff: back-off (it ended with 137)',
      'container ended: Error (it ended with 1)',
    ]);
  });
});
