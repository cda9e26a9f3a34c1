// Generated from the task definitions: run `make generate`.
import type { TaskCard } from '../../runtime/task-card.ts';

/** All tasks in the order of a move. */
export const catalog = [
  { name: "cluster-credential", aliases: [], summary: "print the token of a cluster Secret for kubectl", family: "internal", stage: "connect", internal: true, recovery: undefined },
  { name: "crane-kubeconfig-generator", aliases: [], summary: "add a context for a cluster, described by a Secret, to a kubeconfig", family: "crane", stage: "connect", internal: false, recovery: undefined },
  { name: "oc-registry-info", aliases: ["registry-info"], summary: "print the internal and the public address of a cluster's image registry", family: "crane", stage: "connect", internal: false, recovery: undefined },
  { name: "crane-validate", aliases: [], summary: "find out what would stop a move before anything is moved", family: "crane", stage: "validate", internal: false, recovery: "before-anything-is-written" },
  { name: "crane-export", aliases: [], summary: "write every object of a namespace into a folder, one file each", family: "crane", stage: "export", internal: false, recovery: "before-anything-is-written" },
  { name: "kubectl-scale-down", aliases: [], summary: "scale the workloads of a namespace to zero", family: "crane", stage: "quiesce", internal: false, recovery: "scaling-down" },
  { name: "crane-transfer-pvc", aliases: [], summary: "copy PersistentVolumeClaims with their files to another cluster or namespace, and compare both sides", family: "crane", stage: "transfer-volumes", internal: false, recovery: "volumes" },
  { name: "volume-free-space", aliases: [], summary: "report the free space of the volume of a helper pod", family: "internal", stage: "transfer-volumes", internal: true, recovery: undefined },
  { name: "volume-mover", aliases: [], summary: "copy the volume of a helper pod and compare both sides", family: "internal", stage: "transfer-volumes", internal: true, recovery: undefined },
  { name: "crane-skopeo-sync-gen", aliases: ["skopeo-sync-gen"], summary: "plan which images of an export must be copied, as a plan and as a source file for skopeo sync", family: "crane", stage: "plan-images", internal: false, recovery: "before-anything-is-written" },
  { name: "crane-image-sync", aliases: ["image-sync"], summary: "plan and copy the images of an export in one step", family: "crane", stage: "copy-images", internal: false, recovery: "images" },
  { name: "crane-skopeo-sync", aliases: ["skopeo-sync"], summary: "copy planned images to the destination registry, by digest, in parallel, and verify them", family: "crane", stage: "copy-images", internal: false, recovery: "images" },
  { name: "crane-transform", aliases: [], summary: "write the patches that adapt exported resources to another cluster", family: "crane", stage: "transform", internal: false, recovery: "before-anything-is-written" },
  { name: "crane-transform-list-plugins", aliases: ["crane-transform list-plugins"], summary: "print name and version of the plugins of crane-transform", family: "crane", stage: "transform", internal: false, recovery: undefined },
  { name: "crane-transform-optionals", aliases: ["crane-transform optionals"], summary: "print the flags that the plugins of crane-transform know", family: "crane", stage: "transform", internal: false, recovery: undefined },
  { name: "crane-apply", aliases: [], summary: "render the final manifests from an export and its patches", family: "crane", stage: "render", internal: false, recovery: "before-anything-is-written" },
  { name: "crane-kustomize-init", aliases: [], summary: "create a kustomization of the final manifests", family: "crane", stage: "render", internal: false, recovery: "before-anything-is-written" },
  { name: "git-init-push", aliases: [], summary: "push the files of a folder to a git repository", family: "crane", stage: "apply", internal: false, recovery: undefined },
  { name: "kubectl-apply-files", aliases: [], summary: "apply all manifests below a folder to a cluster", family: "crane", stage: "apply", internal: false, recovery: "applying" },
  { name: "kubectl-apply-kustomize", aliases: [], summary: "apply the resources of a kustomization to a cluster", family: "crane", stage: "apply", internal: false, recovery: "applying" },
  { name: "crane-verify", aliases: [], summary: "verify a move: compare both clusters with the plan", family: "crane", stage: "verify", internal: false, recovery: "verifying" },
  { name: "crane-summary", aliases: [], summary: "print the reports of a run as one table", family: "crane", stage: "summarize", internal: false, recovery: undefined },
  { name: "crane-restore-scale", aliases: [], summary: "restart what kubectl-scale-down scaled to zero", family: "crane", stage: "restore", internal: false, recovery: "scaling-down" },
  { name: "crane-rollback", aliases: [], summary: "roll back a move: delete from the destination what it created", family: "crane", stage: "restore", internal: false, recovery: "rolling-back" },
  { name: "crane-migrate", aliases: ["migrate"], summary: "move a stateless application and its images to another cluster, in one run", family: "crane", stage: "migrate", internal: false, recovery: undefined },
  { name: "watch", aliases: [], summary: "follow a PipelineRun: the state of its tasks and their logs", family: "terminal", stage: "follow", internal: false, recovery: undefined },
  { name: "app-registries-add", aliases: [], summary: "add a registry to which applications can be published", family: "terminal", stage: "app-registries", internal: false, recovery: undefined },
  { name: "app-registries-delete", aliases: [], summary: "delete a registry from the list", family: "terminal", stage: "app-registries", internal: false, recovery: undefined },
  { name: "app-registries-list", aliases: ["app export-registries"], summary: "list the registries to which applications can be published", family: "terminal", stage: "app-registries", internal: false, recovery: undefined },
] as const satisfies readonly TaskCard[];

export type TaskName = (typeof catalog)[number]['name'];
