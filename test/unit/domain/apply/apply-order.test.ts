import { describe, expect, it } from 'vitest';

import { followsStream, groupByWave, waveOf } from '../../../../src/domain/apply/apply-order.ts';
import { aResource } from '../../../builders/transform.ts';

const inOrder = [
  ['apiextensions.k8s.io', 'CustomResourceDefinition'],
  ['', 'Namespace'],
  ['rbac.authorization.k8s.io', 'Role'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
  ['image.openshift.io', 'ImageStream'],
  ['image.openshift.io', 'ImageStreamTag'],
  ['apps', 'Deployment'],
  ['route.openshift.io', 'Route'],
] as const;

describe('the order of creation', () => {
  it('puts what others refer to first', () => {
    const waves = inOrder.map(([group, kind]) => waveOf({ group, kind }));
    expect(waves).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('has accounts, configuration, services and network policies before pods', () => {
    for (const kind of ['ServiceAccount', 'Secret', 'ConfigMap', 'Service']) {
      expect(waveOf({ group: '', kind })).toBeLessThan(waveOf({ group: '', kind: 'Pod' }));
    }
    expect(waveOf({ group: 'networking.k8s.io', kind: 'NetworkPolicy' })).toBeLessThan(
      waveOf({ group: 'apps', kind: 'StatefulSet' }),
    );
  });

  it('distinguishes kinds of the same name by group', () => {
    expect(waveOf({ group: 'serving.knative.dev', kind: 'Service' })).toBe(
      waveOf({ group: 'apps', kind: 'Deployment' }),
    );
  });

  it('has image streams before those whose tags point at another one', () => {
    const stream = (...tags: readonly unknown[]) =>
      aResource('image.openshift.io/v1 ImageStream', 'web', { spec: { tags } });
    const from = (kind: string, name: string) => ({ name: 'x', from: { kind, name } });
    expect(followsStream(stream(from('ImageStreamTag', 'api:1')))).toBe(true);
    expect(followsStream(stream(from('ImageStreamImage', 'api@sha256:a')))).toBe(true);
    expect(followsStream(stream(from('ImageStreamTag', 'web:1'), from('DockerImage', 'x.test/api:1'), {}))).toBe(false);
    expect(followsStream(aResource('v1 ConfigMap', 'web'))).toBe(false);
    const items = [true, false].map((isFollowing) => ({
      group: 'image.openshift.io',
      kind: 'ImageStream',
      isFollowing,
    }));
    expect(groupByWave(items).flat()).toEqual([...items].reverse());
  });

  it('keeps the given order within a wave', () => {
    const items = [
      { group: 'apps', kind: 'Deployment', id: 1 },
      { group: '', kind: 'Secret', id: 2 },
      { group: 'example.com', kind: 'Gadget', id: 3 },
      { group: '', kind: 'ConfigMap', id: 4 },
    ];
    expect(groupByWave(items).map((wave) => wave.map((item) => item.id))).toEqual([
      [2, 4],
      [1, 3],
    ]);
  });
});
