import type { craneApply } from '../../tasks/crane/crane-apply/task.ts';
import type { craneExport } from '../../tasks/crane/crane-export/task.ts';
import type { craneKubeconfigGenerator } from '../../tasks/crane/crane-kubeconfig-generator/task.ts';
import type { craneKustomizeInit } from '../../tasks/crane/crane-kustomize-init/task.ts';
import type { craneRestoreScale } from '../../tasks/crane/crane-restore-scale/task.ts';
import type { craneSkopeoSync } from '../../tasks/crane/crane-skopeo-sync/task.ts';
import type { craneSkopeoSyncGen } from '../../tasks/crane/crane-skopeo-sync-gen/task.ts';
import type { craneSummary } from '../../tasks/crane/crane-summary/task.ts';
import type { craneTransferPvc } from '../../tasks/crane/crane-transfer-pvc/task.ts';
import type { craneTransform } from '../../tasks/crane/crane-transform/task.ts';
import type { craneVerify } from '../../tasks/crane/crane-verify/task.ts';
import type { kubectlApplyKustomize } from '../../tasks/crane/kubectl-apply-kustomize/task.ts';
import type { kubectlScaleDown } from '../../tasks/crane/kubectl-scale-down/task.ts';
import type { ocRegistryInfo } from '../../tasks/crane/oc-registry-info/task.ts';

export interface PipelineTasks {
  readonly 'crane-kubeconfig-generator': typeof craneKubeconfigGenerator;
  readonly 'crane-export': typeof craneExport;
  readonly 'oc-registry-info': typeof ocRegistryInfo;
  readonly 'crane-skopeo-sync-gen': typeof craneSkopeoSyncGen;
  readonly 'crane-skopeo-sync': typeof craneSkopeoSync;
  readonly 'crane-transform': typeof craneTransform;
  readonly 'crane-apply': typeof craneApply;
  readonly 'crane-kustomize-init': typeof craneKustomizeInit;
  readonly 'kubectl-apply-kustomize': typeof kubectlApplyKustomize;
  readonly 'crane-verify': typeof craneVerify;
  readonly 'kubectl-scale-down': typeof kubectlScaleDown;
  readonly 'crane-restore-scale': typeof craneRestoreScale;
  readonly 'crane-transfer-pvc': typeof craneTransferPvc;
  readonly 'crane-summary': typeof craneSummary;
}
