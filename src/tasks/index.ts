import type { AnyTask } from '../runtime/define-task.ts';

interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<AnyTask>;
}

/**
 * All tasks in the order of a move. Each is loaded only when asked for: starting one must not pay for the others.
 * A contract test holds names and aliases equal to the definitions.
 */
export const entries: readonly Entry[] = [
  {
    name: 'crane-kubeconfig-generator',
    load: async () => (await import('./crane/crane-kubeconfig-generator/task.ts')).craneKubeconfigGenerator,
  },
  { name: 'crane-export', load: async () => (await import('./crane/crane-export/task.ts')).craneExport },
  {
    name: 'oc-registry-info',
    aliases: ['registry-info'],
    load: async () => (await import('./crane/oc-registry-info/task.ts')).ocRegistryInfo,
  },
  { name: 'crane-validate', load: async () => (await import('./crane/crane-validate/task.ts')).craneValidate },
  {
    name: 'crane-skopeo-sync-gen',
    aliases: ['skopeo-sync-gen'],
    load: async () => (await import('./crane/crane-skopeo-sync-gen/task.ts')).craneSkopeoSyncGen,
  },
  {
    name: 'crane-skopeo-sync',
    aliases: ['skopeo-sync'],
    load: async () => (await import('./crane/crane-skopeo-sync/task.ts')).craneSkopeoSync,
  },
  {
    name: 'crane-image-sync',
    aliases: ['image-sync'],
    load: async () => (await import('./crane/crane-image-sync/task.ts')).craneImageSync,
  },
  { name: 'crane-transform', load: async () => (await import('./crane/crane-transform/task.ts')).craneTransform },
  {
    name: 'crane-transform-list-plugins',
    aliases: ['crane-transform list-plugins'],
    load: async () => (await import('./crane/crane-transform-list-plugins/task.ts')).craneTransformListPlugins,
  },
  {
    name: 'crane-transform-optionals',
    aliases: ['crane-transform optionals'],
    load: async () => (await import('./crane/crane-transform-optionals/task.ts')).craneTransformOptionals,
  },
  { name: 'crane-apply', load: async () => (await import('./crane/crane-apply/task.ts')).craneApply },
  {
    name: 'crane-kustomize-init',
    load: async () => (await import('./crane/crane-kustomize-init/task.ts')).craneKustomizeInit,
  },
  {
    name: 'kubectl-apply-kustomize',
    load: async () => (await import('./crane/kubectl-apply-kustomize/task.ts')).kubectlApplyKustomize,
  },
  {
    name: 'kubectl-apply-files',
    load: async () => (await import('./crane/kubectl-apply-files/task.ts')).kubectlApplyFiles,
  },
  { name: 'crane-verify', load: async () => (await import('./crane/crane-verify/task.ts')).craneVerify },
  { name: 'git-init-push', load: async () => (await import('./crane/git-init-push/task.ts')).gitInitPush },
  {
    name: 'kubectl-scale-down',
    load: async () => (await import('./crane/kubectl-scale-down/task.ts')).kubectlScaleDown,
  },
  {
    name: 'crane-restore-scale',
    load: async () => (await import('./crane/crane-restore-scale/task.ts')).craneRestoreScale,
  },
  { name: 'crane-rollback', load: async () => (await import('./crane/crane-rollback/task.ts')).craneRollback },
  {
    name: 'crane-migrate',
    aliases: ['migrate'],
    load: async () => (await import('./crane/crane-migrate/task.ts')).craneMigrate,
  },
  { name: 'crane-summary', load: async () => (await import('./crane/crane-summary/task.ts')).craneSummary },
  {
    name: 'crane-transfer-pvc',
    load: async () => (await import('./crane/crane-transfer-pvc/task.ts')).craneTransferPvc,
  },
  {
    name: 'cluster-credential',
    load: async () => (await import('./internal/cluster-credential/task.ts')).clusterCredential,
  },
  { name: 'volume-mover', load: async () => (await import('./internal/volume-mover/task.ts')).volumeMover },
  { name: 'volume-room', load: async () => (await import('./internal/volume-room/task.ts')).volumeRoom },
];

/** The entry whose name or alias is given. */
export function findEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name) === true);
}
