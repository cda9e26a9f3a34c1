import { describe, expect, it } from 'vitest';

import { claimOfRun, volumeTaskRun, type VolumeTask } from '../../../../src/domain/planning/volume-task.ts';

const task: VolumeTask = {
  action: 'take-back',
  migration: 'shop',
  namespace: 'migrations',
  run: 'shop-cutover-x',
  claim: 'pvc-1',
  hasClaims: true,
  owner: { name: 'migration-shop', uid: 'u' },
  settings: { serviceAccount: 'crane-tasks', fsGroup: 65532, caConfigMap: '' },
  params: { context: 'destination', 'allow-changed': '' },
  annotations: { note: 'n' },
};

interface Made {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: {
    readonly workspaces: readonly { readonly name: string; readonly subPath?: string }[];
    readonly podTemplate: { readonly securityContext: object };
  };
}

function made(more: Partial<VolumeTask>): Made {
  return volumeTaskRun({ ...task, ...more }) as unknown as Made;
}

function foldersOf(more: Partial<VolumeTask>): readonly string[] {
  return made(more).spec.workspaces.map(({ name, subPath = '-' }) => `${name} ${subPath}`);
}

describe('a TaskRun on the volume of a run', () => {
  it('has the Task, only params with a value, the owner and the labels of the migration', () => {
    expect(volumeTaskRun(task)).toMatchObject({
      metadata: {
        generateName: 'shop-take-back-',
        labels: {
          'crane-tasks.dev/migration': 'shop',
          'crane-tasks.dev/action': 'take-back',
          'crane-tasks.dev/volume-of': 'shop-cutover-x',
        },
        annotations: { note: 'n' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'migration-shop', uid: 'u' }],
      },
      spec: {
        taskRef: { name: 'crane-rollback' },
        params: [{ name: 'context', value: 'destination' }],
        serviceAccountName: 'crane-tasks',
        podTemplate: { securityContext: { runAsNonRoot: true, fsGroup: 65532 } },
      },
    });
  });

  it.each([
    ['take-back', ['applied kustomize', 'rollback rollback', 'kubeconfig kubeconfig']],
    ['restart-source', ['kubeconfig kubeconfig', 'quiesce quiesce']],
    ['validate', ['manifests export', 'validate validate', 'kubeconfig kubeconfig', 'ca-bundle -']],
    ['reports', ['shared-data -']],
  ] as const)('%s uses the folders of the Pipelines', (action, folders) => {
    const settings = { ...task.settings, caConfigMap: 'cluster-ca' };
    expect(foldersOf({ action, settings })).toEqual(folders);
  });

  it('verifies the claims where the run copied some, and trusts no more where nothing is named', () => {
    const folders = ['verify', 'kustomize', 'apply', 'export', 'transform', 'skopeo', 'kubeconfig'];
    const plain = folders.map((name) => `${name} ${name}`);
    expect(foldersOf({ action: 'verify' })).toEqual([...plain, 'claims volumes']);
    expect(foldersOf({ action: 'verify', hasClaims: false })).toEqual(plain);
  });

  it('leaves the group to OpenShift', () => {
    const settings = { ...task.settings, fsGroup: 0 };
    expect(made({ settings }).spec.podTemplate.securityContext).toEqual({ runAsNonRoot: true });
  });
});

describe('the claim of a run', () => {
  const ofRun = (run: string, workspaces: unknown) => ({
    metadata: { labels: { 'tekton.dev/pipelineRun': run } },
    spec: { workspaces },
  });

  it('is that of its TaskRuns', () => {
    const volume = [
      { name: 'ca', configMap: {} },
      { name: 'x', persistentVolumeClaim: { claimName: 'pvc-2' } },
    ];
    expect(
      claimOfRun('two', [ofRun('one', [{ persistentVolumeClaim: { claimName: 'pvc-1' } }]), ofRun('two', volume)]),
    ).toBe('pvc-2');
  });

  it('is unknown without TaskRuns', () => {
    expect(claimOfRun('one', [{}, ofRun('two', [])])).toBeUndefined();
  });
});
