import { describe, expect, it } from 'vitest';

import { createKubernetesPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { toTransformOptions, type OptionalFlags } from '../../../../../src/domain/transform/transform-options.ts';
import { parseClaimSettings } from '../../../../../src/domain/volumes/claim-settings.ts';
import { noWishes, type ClaimWishes } from '../../../../../src/domain/volumes/claim-wishes.ts';
import { aResource, atOnce, notesWithFlags, showVerdict, withFlags } from '../../../../builders/transform.ts';

const template = {
  spec: {
    containers: [
      { name: 'a', volumeMounts: [{ name: 'tmp' }, { name: 'data' }] },
      { name: 'b', volumeDevices: [{ name: 'data' }] },
    ],
  },
};
const spec = { template, volumeClaimTemplates: [{ metadata: { name: 'data' } }, { metadata: { name: 'log' } }] };
const database = aResource('apps/v1 StatefulSet', 'db', { spec });
const renamed = [
  'replace /spec/volumeClaimTemplates/0/metadata/name "files"',
  'replace /spec/template/spec/containers/0/volumeMounts/1/name "files"',
  'replace /spec/template/spec/containers/1/volumeDevices/0/name "files"',
];

function rename(map: string): string | readonly string[] {
  return withFlags(createKubernetesPlugin, { 'pvc-rename-map': map })(database);
}

describe("renaming a StatefulSet's claims", () => {
  it.each(['data:files', 'data-db-0:files-db-0', 'data-db-0:files-db-0,data-db-1:files-db-1,x-db-0:y-db-0'])(
    'renames the template and what mounts it for %s',
    (map) => {
      expect(rename(map)).toEqual(renamed);
    },
  );

  it.each(['data-web-0:files-web-0', 'data-db:files-db', 'data-db-0:data-db-0'])('changes nothing for %s', (map) => {
    expect(rename(map)).toEqual([]);
  });

  it.each([
    ['data-db-0:anything', 'data-db-0:anything'],
    ['data-db-0:files-db-1', 'data-db-0:files-db-1'],
    ['data-db-0:files-db-0,data-db-1:data-db-1', 'data-db-0:files-db-0, data-db-1:data-db-1'],
  ])('leaves the name and says so when no template gives %s', (map, asked) => {
    expect(rename(map)).toEqual([]);
    expect(notesWithFlags(createKubernetesPlugin, { 'pvc-rename-map': map })(database)).toEqual([
      `cannot rename its claims as asked (${asked}): they are called <template>-db-<number>`,
    ]);
  });
});

describe('claims that are moved under new names', () => {
  const settings = (...names: readonly (readonly [string, string])[]) =>
    JSON.stringify(names.map(([name, newName]) => ({ name, newName })));
  const verdictOf = (resource: Resource, [claims, text]: readonly [string, string], flags: OptionalFlags = {}) =>
    atOnce(
      createKubernetesPlugin(
        toTransformOptions(flags, { ...noWishes, claims, settings: parseClaimSettings(text) }),
      ).run(resource),
    );
  const volumes = ['data', 'log'].map((claimName) => ({ name: 'v', persistentVolumeClaim: { claimName } }));
  const web = aResource('apps/v1 Deployment', 'web', {
    spec: { template: { spec: { containers: [{ name: 'a' }], volumes } } },
  });
  const three = aResource('apps/v1 StatefulSet', 'db', { spec: { ...spec, replicas: 3 } });
  const late = aResource('apps/v1 StatefulSet', 'db', { spec: { ...spec, ordinals: { start: 5 } } });
  const files = (number: number) => [`data-db-${String(number)}`, `files-db-${String(number)}`] as const;

  it('are renamed in volumes, also when two claims swap their names', () => {
    expect(showVerdict(verdictOf(web, ['*', settings(['data', 'log'], ['log', 'data'])]))).toEqual([
      'replace /spec/template/spec/volumes/0/persistentVolumeClaim/claimName "log"',
      'replace /spec/template/spec/volumes/1/persistentVolumeClaim/claimName "data"',
    ]);
    expect(showVerdict(verdictOf(web, ['data:files', '']))).toEqual([
      'replace /spec/template/spec/volumes/0/persistentVolumeClaim/claimName "files"',
    ]);
    const pod = aResource('v1 Pod', 'a', { spec: { serviceAccountName: 'data', containers: [{ name: 'a' }] } });
    expect(withFlags(createKubernetesPlugin, { 'pvc-rename-map': 'data:files' })(pod)).toEqual([]);
  });

  it('are renamed in the template of a StatefulSet', () => {
    expect(showVerdict(verdictOf(database, ['*', settings(files(0))]))).toEqual(renamed);
    expect(showVerdict(verdictOf(three, ['*', settings(files(0), files(1), files(2))]))).toEqual(renamed);
    expect(showVerdict(verdictOf(late, ['*', settings(files(5))]))).toEqual(renamed);
    expect(showVerdict(verdictOf(three, ['data-db-0:files-db-0', '']))).toEqual(renamed);
  });

  it('are not taken for the template of the same name, as pvc-rename-map takes them', () => {
    expect(showVerdict(verdictOf(database, ['*', settings(['data', 'files'])]))).toEqual([]);
    expect(showVerdict(verdictOf(database, ['*', ''], { 'pvc-rename-map': 'data:files' }))).toEqual(renamed);
  });

  it.each([
    ['names of another form', database, ['*', settings(['data-db-0', 'files'])], 'data-db-0:files'],
    ['another number', database, ['*', settings(['data-db-0', 'files-db-1'])], 'data-db-0:files-db-1'],
    ['some replicas only', three, ['*', settings(files(0))], 'data-db-0:files-db-0, data-db-1:data-db-1'],
    [
      'one of two that are listed',
      three,
      ['data-db-0:files-db-0,data-db-1', ''],
      'data-db-0:files-db-0, data-db-1:data-db-1',
    ],
  ] as const)(
    'make the run incomplete for %s, because the pods would start with empty claims',
    (...[, set, names, asked]) => {
      expect(verdictOf(set, names)).toMatchObject({
        patches: [],
        notes: [],
        problems: [`cannot rename its claims as asked (${asked}): they are called <template>-db-<number>`],
      });
    },
  );
});

describe('the storage class of claim templates', () => {
  const set = aResource('apps/v1 StatefulSet', 'db', {
    spec: {
      template,
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { storageClassName: 'slow' } },
        { metadata: { name: 'log' }, spec: {} },
        { metadata: { name: 'odd' } },
      ],
    },
  });
  const withWishes = (wishes: Partial<ClaimWishes>) =>
    showVerdict(createKubernetesPlugin(toTransformOptions({}, { ...noWishes, ...wishes })).run(set));
  const path = (index: number) => `/spec/volumeClaimTemplates/${String(index)}/spec/storageClassName`;

  it('is that of all claims, of its class, or of the settings of its claims', () => {
    expect(withWishes({})).toEqual([]);
    expect(withWishes({ storageClass: 'slow' })).toEqual([`add ${path(1)} "slow"`]);
    expect(withWishes({ storageClass: 'fast' })).toEqual([`replace ${path(0)} "fast"`, `add ${path(1)} "fast"`]);
    expect(withWishes({ classMap: new Map([['slow', 'fast']]) })).toEqual([`replace ${path(0)} "fast"`]);
    const settings = parseClaimSettings('[{"name":"log-db-0","storageClass":"fast"},{"name":"log-db-1"}]');
    expect(withWishes({ settings })).toEqual([`add ${path(1)} "fast"`]);
  });

  it('is not that of the settings where its claims get several', () => {
    const text = '[{"name":"data-db-0","storageClass":"fast"},{"name":"data-db-1","storageClass":"faster"}]';
    const settings = parseClaimSettings(text);
    expect(withWishes({ settings, storageClass: 'all' })).toEqual([`replace ${path(0)} "all"`, `add ${path(1)} "all"`]);
  });
});

describe('the storage class of other templates of claims', () => {
  const annotated = 'volume.beta.kubernetes.io/storage-class';
  const wishes: ClaimWishes = { ...noWishes, classMap: new Map([['slow', 'fast']]) };
  const change = (resource: Resource, asked = wishes) =>
    showVerdict(createKubernetesPlugin(toTransformOptions({}, asked)).run(resource));
  const withTemplate = (volumeClaimTemplate: unknown) => {
    const spec = { containers: [{ name: 'a' }], volumes: [{ name: 'tmp', ephemeral: { volumeClaimTemplate } }] };
    return aResource('apps/v1 Deployment', 'web', { spec: { template: { spec } } });
  };
  const ephemeral = '/spec/template/spec/volumes/0/ephemeral/volumeClaimTemplate';

  it('is mapped for ephemeral volumes', () => {
    expect(change(withTemplate({ spec: { storageClassName: 'slow' } }))).toEqual([
      `replace ${ephemeral}/spec/storageClassName "fast"`,
    ]);
    expect(change(withTemplate({ spec: { storageClassName: 'other' } }))).toEqual([]);
    const settings = parseClaimSettings('[{"name":"data","storageClass":"fast"}]');
    expect(change(withTemplate({ spec: {} }), { ...noWishes, settings })).toEqual([]);
  });

  it('is mapped where the annotation decides, as it did before the field', () => {
    const metadata = { name: 'data', annotations: { [annotated]: 'slow' } };
    const set = (spec: unknown, asked = wishes) =>
      change(aResource('apps/v1 StatefulSet', 'db', { spec: { volumeClaimTemplates: [{ metadata, spec }] } }), asked);
    const [field, annotation] = [
      'spec/storageClassName',
      'metadata/annotations/volume.beta.kubernetes.io~1storage-class',
    ];
    const path = (place: string) => `/spec/volumeClaimTemplates/0/${place}`;
    expect(set({})).toEqual([`add ${path(field)} "fast"`, `replace ${path(annotation)} "fast"`]);
    expect(set({ storageClassName: 'other' })).toEqual([
      `replace ${path(field)} "fast"`,
      `replace ${path(annotation)} "fast"`,
    ]);
    expect(set({}, { ...noWishes, storageClass: 'slow' })).toEqual([`add ${path(field)} "slow"`]);
  });

  it('is mapped for the disks of virtual machines', () => {
    const dataVolumeTemplates = [{ spec: { storage: { storageClassName: 'slow' } } }, { spec: { pvc: {} } }, 'broken'];
    expect(change(aResource('kubevirt.io/v1 VirtualMachine', 'vm', { spec: { dataVolumeTemplates } }))).toEqual([
      'replace /spec/dataVolumeTemplates/0/spec/storage/storageClassName "fast"',
    ]);
    expect(change(aResource('example.com/v1 Lamp', 'vm', { spec: { dataVolumeTemplates } }))).toEqual([]);
  });
});

describe('the claims of virtual machines', () => {
  it('are renamed', () => {
    const volumes = [{ persistentVolumeClaim: { claimName: 'data' } }];
    const machine = aResource('kubevirt.io/v1 VirtualMachine', 'vm', { spec: { template: { spec: { volumes } } } });
    expect(withFlags(createKubernetesPlugin, { 'pvc-rename-map': 'data:files' })(machine)).toEqual([
      'replace /spec/template/spec/volumes/0/persistentVolumeClaim/claimName "files"',
    ]);
  });
});

describe('a claim template without a name', () => {
  it('is not changed', () => {
    const nameless = aResource('apps/v1 StatefulSet', 'db', { spec: { template, volumeClaimTemplates: [{}] } });
    const map = { 'pvc-rename-map': 'data:files' };
    expect(withFlags(createKubernetesPlugin, map)(nameless)).toEqual([]);
    expect(notesWithFlags(createKubernetesPlugin, map)(nameless)).toEqual([]);
  });
});

describe('claims and volumes that travel on request', () => {
  const only = withFlags(createKubernetesPlugin, { 'include-only': 'PersistentVolumeClaim,PersistentVolume' });

  it('lose what ties them to the source', () => {
    const annotations = {
      'pv.kubernetes.io/bind-completed': 'yes',
      'volume.kubernetes.io/selected-node': 'n1',
      'volume.kubernetes.io/storage-provisioner': 'x',
    };
    expect(
      only(aResource('v1 PersistentVolumeClaim', 'data', { metadata: { annotations }, spec: { volumeName: 'pv1' } })),
    ).toEqual([
      'remove /metadata/annotations/pv.kubernetes.io~1bind-completed',
      'remove /metadata/annotations/volume.kubernetes.io~1selected-node',
      'remove /metadata/annotations/volume.kubernetes.io~1storage-provisioner',
      'remove /spec/volumeName',
    ]);
    expect(only(aResource('v1 PersistentVolume', 'pv1', { spec: { claimRef: { name: 'data' } } }))).toEqual([
      'remove /spec/claimRef',
    ]);
  });

  it('lose it in claim templates too', () => {
    const claim = { metadata: { name: 'data' }, spec: { volumeName: 'pv1' } };
    const set = aResource('apps/v1 StatefulSet', 'db', { spec: { volumeClaimTemplates: [claim] } });
    expect(withFlags(createKubernetesPlugin)(set)).toEqual(['remove /spec/volumeClaimTemplates/0/spec/volumeName']);
  });
});

describe('workloads', () => {
  it('are not pinned to nodes of the source', () => {
    const pinned = { template: { spec: { nodeName: 'n1', containers: [{ name: 'a' }] } } };
    expect(withFlags(createKubernetesPlugin)(aResource('apps/v1 Deployment', 'web', { spec: pinned }))).toEqual([
      'remove /spec/template/spec/nodeName',
    ]);
  });

  it('that are Jobs wait when asked to, save those that may run again', () => {
    const suspend = withFlags(createKubernetesPlugin, { 'suspend-jobs': 'true' });
    const annotations = { 'crane.konveyor.io/job-idempotent': 'true' };
    expect(suspend(aResource('batch/v1 Job', 'j'))).toEqual(['add /spec/suspend true']);
    expect(suspend(aResource('batch/v1 Job', 'j', { spec: { suspend: true } }))).toEqual([]);
    expect(suspend(aResource('batch/v1 Job', 'j', { metadata: { annotations } }))).toEqual([]);
    expect(withFlags(createKubernetesPlugin)(aResource('batch/v1 Job', 'j'))).toEqual([]);
  });
});
