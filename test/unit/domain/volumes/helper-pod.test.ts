import { describe, expect, it } from 'vitest';

import { valueAt } from '../../../../src/domain/core/json-object.ts';
import { helperJob, type HelperPod } from '../../../../src/domain/volumes/helper-pod.ts';

const reader: HelperPod = {
  transfer: {
    name: 'volume-1',
    id: 'abc',
    source: { namespace: 'old', claim: 'data' },
    destination: { namespace: 'new', claim: 'data-new' },
  },
  role: 'client',
  image: 'registry.test/crane-tasks:1',
  identity: {},
  node: '',
  tolerations: [],
  root: false,
  measures: false,
  relays: false,
  pullSecrets: [],
  activeSeconds: 60,
};

function podSpecOf(change: Partial<HelperPod>) {
  return valueAt(helperJob({ ...reader, ...change }), 'spec', 'template', 'spec');
}

describe('the Job of a helper pod', () => {
  it('is not finished at the destination when its pod is asked to end, as an evicted one is', () => {
    const spec = (role: HelperPod['role']) => valueAt(helperJob({ ...reader, role }), 'spec');
    expect(spec('server')).toMatchObject({ parallelism: 1, completions: 1000 });
    expect(spec('client')).not.toHaveProperty('completions');
  });
});

describe('the security context of a helper pod', () => {
  const identity = { user: 1, group: 2, volumeGroup: 3, supplementalGroups: [4, 5] };
  const seccompProfile = { type: 'RuntimeDefault' };

  it('has the user and groups of the application', () => {
    expect(valueAt(podSpecOf({ identity }), 'securityContext')).toEqual({
      runAsNonRoot: true,
      seccompProfile,
      runAsUser: 1,
      runAsGroup: 2,
      fsGroup: 3,
      fsGroupChangePolicy: 'OnRootMismatch',
      supplementalGroups: [4, 5],
    });
  });

  it('leaves open what is not named', () => {
    expect(valueAt(podSpecOf({}), 'securityContext')).toEqual({ runAsNonRoot: true, seccompProfile });
  });

  it('is that of root alone when root is asked for', () => {
    expect(valueAt(podSpecOf({ identity, root: true }), 'securityContext')).toEqual({
      runAsNonRoot: false,
      seccompProfile,
      runAsUser: 0,
      runAsGroup: 0,
    });
  });

  it.each([
    ['client', true, ['DAC_OVERRIDE']],
    ['server', true, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD']],
    ['client', false, undefined],
    ['server', false, undefined],
  ] as const)('of the %s with root %j adds capabilities %j', (role, root, add) => {
    const capabilities = valueAt(podSpecOf({ role, root }), 'containers', 0, 'securityContext', 'capabilities');
    expect(capabilities).toEqual(add === undefined ? { drop: ['ALL'] } : { drop: ['ALL'], add });
  });
});

describe('a helper pod', () => {
  it('is pulled with the Secrets that are named, and else with those of its service account', () => {
    expect(podSpecOf({ pullSecrets: ['one', 'two'] })).toMatchObject({
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
    });
    expect(podSpecOf({})).not.toHaveProperty('imagePullSecrets');
  });

  it('measures its volume first at the destination, under the same restrictions, without the Secret that comes later', () => {
    const spec = podSpecOf({ role: 'server', measures: true });
    const [measuring, main] = [valueAt(spec, 'initContainers', 0), valueAt(spec, 'containers', 0)];
    expect(measuring).toMatchObject({ command: ['crane-tasks'], terminationMessagePath: '/dev/termination-log' });
    expect(valueAt(measuring, 'securityContext')).toEqual(valueAt(main, 'securityContext'));
    expect(JSON.stringify(valueAt(measuring, 'volumeMounts'))).not.toContain('"transfer"');
    expect(podSpecOf({ role: 'client', measures: true })).not.toHaveProperty('initContainers');
    expect(podSpecOf({ role: 'server' })).not.toHaveProperty('initContainers');
  });

  it('reads the volume of the source, and writes that of the destination', () => {
    const claimOf = (role: 'client' | 'server') => valueAt(podSpecOf({ role }), 'volumes', 0, 'persistentVolumeClaim');
    expect(claimOf('client')).toEqual({ claimName: 'data', readOnly: true });
    expect(claimOf('server')).toEqual({ claimName: 'data-new', readOnly: false });
  });

  it('keeps the tunnel that takes connections on one heap', () => {
    const names = (role: HelperPod['role']) => valueAt(podSpecOf({ role }), 'containers', 0, 'env');
    expect(names('server')).toContainEqual({ name: 'MALLOC_ARENA_MAX', value: '1' });
    expect(names('client')).not.toContainEqual(expect.objectContaining({ name: 'MALLOC_ARENA_MAX' }));
  });

  it('is bound to the node of the claim, with its tolerations, only when there is one', () => {
    const tolerations = [{ key: 'disk', operator: 'Exists' }];
    const bound = podSpecOf({ node: 'node-1', tolerations });
    expect(JSON.stringify(valueAt(bound, 'affinity', 'nodeAffinity'))).toContain('"values":["node-1"]');
    expect(valueAt(bound, 'tolerations')).toEqual(tolerations);
    expect(podSpecOf({})).not.toHaveProperty('affinity');
    expect(podSpecOf({})).not.toHaveProperty('tolerations');
  });
});
