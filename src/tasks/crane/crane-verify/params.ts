import type { Workspace } from '../../../runtime/define-task.ts';
import type { VerifyResult } from '../../../usecases/verify/verify-move.ts';
import { sealingKeyWorkspace } from '../../shared/sealing-key.ts';
import { commonParams, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';

export const verifyParams = {
  'destination-context': sideParams.context('destination', 'Empty: the current context.'),
  'destination-namespace': sideParams.namespace(
    'destination',
    'All namespaced resources were applied to it. Empty: the namespace in each manifest.',
  ),
  'destination-cluster-uid': commonParams['destination-cluster-uid'],
  'source-context': sideParams.context(
    'source',
    'Changes there since the export are reported. Empty: the source is not read.',
  ),
  'allow-forbidden': commonParams['allow-forbidden'],
  'ready-timeout': commonParams['ready-timeout'],
  'allow-unready': commonParams['allow-unready'],
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
  ...kubeconfigDigestParam,
} as const;

export const verifyWorkspaces = {
  verify: { flag: 'verify-dir', defaultPath: 'verify', description: 'The folder for the reports.' },
  kustomize: folderOf('kustomize-dir', 'The kustomization that was applied; it is built again. It wins over apply.'),
  apply: folderOf('output-dir', 'The final manifests that crane-apply wrote.'),
  export: folderOf('export-dir', 'The export, to find objects that are missing and changes at the source.'),
  transform: folderOf('transform-dir', 'The patches of crane-transform, to find what was left out on purpose.'),
  skopeo: folderOf('skopeo-dir', 'The folder with plan.json of crane-skopeo-sync-gen.'),
  claims: folderOf('claims-dir', 'The folder with reports/crane-transfer-pvc.json.'),
  kubeconfig: kubeconfigWorkspace,
  'sealing-key': sealingKeyWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Readonly<Record<string, Workspace>>;

export const verifyResults: Readonly<Record<VerifyResult, string>> = {
  'verified-count': 'Number of checks that found what was planned.',
  'different-count': 'Number of objects, tags, containers and claims whose content is not the planned one.',
  'missing-count': 'Number of planned objects, tags and claims that are missing.',
  'not-ready-count': 'Number of workloads that are not ready.',
  'image-count': 'Number of image tags that have the planned digest.',
  'drift-count': 'Number of objects at the source that changed since the export.',
};

function folderOf(flag: string, description: string) {
  return { flag, optional: true, readOnly: true, description } as const;
}
