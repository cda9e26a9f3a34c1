import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { copyParams, copyResults, copyWorkspaces } from '../../shared/image-copy-params.ts';
import { planParams } from '../../shared/image-plan.ts';
import { required } from '../../shared/param-kinds.ts';
import { sideParams } from '../../shared/params.ts';
import { exportWorkspace, mappingWorkspace } from '../../shared/workspaces.ts';

export const imageSyncParams = {
  'src-context': required(
    'Name of the kubeconfig context whose token logs in to the source registry. Empty: no such login.',
  ),
  'src-internal-registry-url': required(
    "Address of the source registry inside its cluster, host or host:port. Empty: only OpenShift's own names are known.",
  ),
  'src-public-registry-url': required(
    'Address of the source registry outside its cluster, host or host:port. Empty is an error if an image must be ' +
      'copied from it.',
  ),
  'src-tls-verify': sideParams.registryTlsVerify('source'),
  'dest-context': required(
    'Name of the kubeconfig context whose token logs in to the destination registry. Empty: no such login.',
  ),
  'dest-public-registry-url': required(
    'Address of the destination registry outside its cluster, host or host:port. Empty is an error if an image must ' +
      'be copied to it.',
  ),
  'dest-namespace': required('Namespace at the destination for the images: registry/namespace/name:tag.'),
  'dest-tls-verify': sideParams.registryTlsVerify('destination'),
  'destination-registry-internal': sideParams.registry(
    'destination',
    'internal',
    'For the plan only. Empty: not mentioned.',
  ),
  ...planParams,
  ...copyParams,
} as const satisfies Params;

export const imageSyncWorkspaces = {
  export: exportWorkspace,
  skopeo: {
    flag: 'skopeo-dir',
    defaultPath: 'skopeo',
    description: 'Folder for plan.json, source.yaml and the report.',
  },
  mapping: mappingWorkspace,
  ...copyWorkspaces,
} as const satisfies Workspaces;

export const imageSyncResults = {
  ...copyResults,
  'skipped-count': 'Number of images that were skipped on purpose.',
  'problem-count': 'Number of problems in planning, accepted ones included.',
  'plan-digest': 'sha256 digest of plan.json, `sha256:<hex>`.',
  'registry-replacement':
    'Pairs from=to, separated by commas, for crane-transform. Empty if the namespace mapping is sufficient.',
} as const;
