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
    load: async () => (await import('./crane-kubeconfig-generator.ts')).craneKubeconfigGenerator,
  },
  { name: 'crane-export', load: async () => (await import('./crane-export.ts')).craneExport },
  {
    name: 'oc-registry-info',
    aliases: ['registry-info'],
    load: async () => (await import('./oc-registry-info.ts')).ocRegistryInfo,
  },
  { name: 'crane-validate', load: async () => (await import('./crane-validate.ts')).craneValidate },
  {
    name: 'crane-skopeo-sync-gen',
    aliases: ['skopeo-sync-gen'],
    load: async () => (await import('./crane-skopeo-sync-gen.ts')).craneSkopeoSyncGen,
  },
  {
    name: 'crane-skopeo-sync',
    aliases: ['skopeo-sync'],
    load: async () => (await import('./crane-skopeo-sync.ts')).craneSkopeoSync,
  },
  {
    name: 'crane-image-sync',
    aliases: ['image-sync'],
    load: async () => (await import('./crane-image-sync.ts')).craneImageSync,
  },
  { name: 'crane-transform', load: async () => (await import('./crane-transform.ts')).craneTransform },
  {
    name: 'crane-transform-list-plugins',
    aliases: ['crane-transform list-plugins'],
    load: async () => (await import('./crane-transform-list-plugins.ts')).craneTransformListPlugins,
  },
  {
    name: 'crane-transform-optionals',
    aliases: ['crane-transform optionals'],
    load: async () => (await import('./crane-transform-optionals.ts')).craneTransformOptionals,
  },
  { name: 'crane-apply', load: async () => (await import('./crane-apply.ts')).craneApply },
  { name: 'crane-kustomize-init', load: async () => (await import('./crane-kustomize-init.ts')).craneKustomizeInit },
  {
    name: 'kubectl-apply-kustomize',
    load: async () => (await import('./kubectl-apply-kustomize.ts')).kubectlApplyKustomize,
  },
  { name: 'kubectl-apply-files', load: async () => (await import('./kubectl-apply-files.ts')).kubectlApplyFiles },
  { name: 'crane-verify', load: async () => (await import('./crane-verify.ts')).craneVerify },
  { name: 'git-init-push', load: async () => (await import('./git-init-push.ts')).gitInitPush },
  { name: 'kubectl-scale-down', load: async () => (await import('./kubectl-scale-down.ts')).kubectlScaleDown },
  { name: 'crane-restore-scale', load: async () => (await import('./crane-restore-scale.ts')).craneRestoreScale },
  { name: 'crane-rollback', load: async () => (await import('./crane-rollback.ts')).craneRollback },
  {
    name: 'crane-migrate',
    aliases: ['migrate'],
    load: async () => (await import('./crane-migrate.ts')).craneMigrate,
  },
  { name: 'crane-summary', load: async () => (await import('./crane-summary.ts')).craneSummary },
  { name: 'crane-transfer-pvc', load: async () => (await import('./crane-transfer-pvc.ts')).craneTransferPvc },
  { name: 'cluster-credential', load: async () => (await import('./cluster-credential.ts')).clusterCredential },
  { name: 'volume-mover', load: async () => (await import('./volume-mover.ts')).volumeMover },
  { name: 'volume-room', load: async () => (await import('./volume-room.ts')).volumeRoom },
];

/** The entry whose name or alias is given. */
export function findEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name) === true);
}
