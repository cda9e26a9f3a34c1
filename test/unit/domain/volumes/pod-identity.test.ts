import { describe, expect, it } from 'vitest';

import {
  assignsUsers,
  claimsOf,
  identityOf,
  withoutRoot,
  writerIdentity,
} from '../../../../src/domain/volumes/pod-identity.ts';

const volumes = [
  { name: 'settings', configMap: { name: 'settings' } },
  { name: 'data', persistentVolumeClaim: { claimName: 'shop-data' } },
];
const sidecar = { name: 'sidecar', securityContext: { runAsUser: 7, runAsGroup: 8 } };
const application = { name: 'application', volumeMounts: [{ name: 'data', mountPath: '/data' }] };

function identityIn(spec: object, status?: unknown) {
  return identityOf({ name: 'Pod web-0', spec: { volumes, ...spec }, node: '', status }, 'shop-data');
}

describe('the claims of a pod', () => {
  it('are those of its volumes that have one', () => {
    expect(claimsOf({ volumes })).toEqual(['shop-data']);
    expect(claimsOf({})).toEqual([]);
  });
});

describe('the identity of what uses a claim', () => {
  it('is that of the container that mounts it', () => {
    const own = { ...application, securityContext: { runAsUser: 1001, runAsGroup: 1002 } };
    const securityContext = { runAsUser: 5, runAsGroup: 6, fsGroup: 1003, supplementalGroups: [1004, 1005] };
    expect(identityIn({ containers: [sidecar, own], securityContext })).toEqual({
      user: 1001,
      group: 1002,
      volumeGroup: 1003,
      supplementalGroups: [1004, 1005],
    });
  });

  it('is that of the pod when the container names none', () => {
    const securityContext = { runAsUser: 5, runAsGroup: 6 };
    expect(identityIn({ containers: [sidecar, application], securityContext })).toEqual({ user: 5, group: 6 });
  });

  it('is what the running container really has when the pod names none either', () => {
    const containerStatuses = [
      { name: 'sidecar', user: { linux: { uid: 7, gid: 8 } } },
      { name: 'application', user: { linux: { uid: 1000, gid: 0 } } },
    ];
    expect(identityIn({ containers: [sidecar, application] }, { containerStatuses })).toEqual({ user: 1000, group: 0 });
  });

  it('is that of the first container when only an init container mounts the claim', () => {
    expect(identityIn({ containers: [sidecar], initContainers: [application] })).toEqual({ user: 7, group: 8 });
  });

  it('is left open when none is named', () => {
    expect(identityIn({ containers: [sidecar, application] })).toEqual({});
  });

  it.each(['1000', -1, 1.5, null])('is not taken from an invalid id: %j', (id) => {
    const securityContext = { runAsUser: id, runAsGroup: id, fsGroup: id, supplementalGroups: [id, 9] };
    expect(identityIn({ containers: [application], securityContext })).toEqual({ supplementalGroups: [9] });
  });
});

describe('the identity that writes', () => {
  it.each([
    [{ user: 1, group: 2, volumeGroup: 3 }, 3],
    [{ user: 1, group: 2 }, 2],
    [{ user: 1 }, 1],
    [{}, 65_532],
  ])('of %j has volume group %j', (reader, volumeGroup) => {
    expect(writerIdentity(reader)).toEqual({ ...reader, volumeGroup });
  });

  it('is never root, but keeps the groups that open the files', () => {
    expect(withoutRoot({ user: 0, group: 0, volumeGroup: 3 })).toEqual({ group: 0, volumeGroup: 3 });
    expect(withoutRoot({ user: 1, group: 0 })).toEqual({ user: 1, group: 0 });
    expect(withoutRoot({ group: 2 })).toEqual({ group: 2 });
  });
});

describe('a namespace', () => {
  it('gives its pods their users when it has a range of them', () => {
    const annotations = { 'openshift.io/sa.scc.uid-range': '1000680000/10000' };
    expect(assignsUsers({ metadata: { name: 'shop', annotations } })).toBe(true);
    expect(assignsUsers({ metadata: { name: 'shop' } })).toBe(false);
  });
});
