import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { planParams } from '../../shared/image-plan.ts';
import { required } from '../../shared/param-kinds.ts';
import { sideParams } from '../../shared/params.ts';
import { exportWorkspace, mappingWorkspace } from '../../shared/workspaces.ts';

export const planTaskParams = {
  'registry-url': required(
    'Address of the source registry outside its cluster, host or host:port. Required; empty is an error unless ' +
      "registries is given and no image of the cluster's own registry must be copied.",
  ),
  'internal-registry-url': {
    type: 'string',
    default: 'image-registry.openshift-image-registry.svc:5000',
    description:
      'Address of the source registry inside its cluster, host or host:port. Other names of the same registry are ' +
      'recognised too. Empty is an error unless registries is given.',
  },
  'destination-registry-public': required(
    'Address of the destination registry outside its cluster, host or host:port. Required; empty is an error.',
  ),
  'destination-registry-internal': sideParams.registry(
    'destination',
    'internal',
    'For the plan only. Empty: not mentioned.',
  ),
  'destination-namespace': required(
    'Namespace of the application at the destination. Images are copied to registry/namespace/name:tag.',
  ),
  ...planParams,
  output: {
    type: 'string',
    default: 'source.yaml',
    description: 'Name of the source file in the workspace `skopeo`. It is always printed to standard output too.',
  },
} as const satisfies Params;

export const planWorkspaces = {
  export: exportWorkspace,
  skopeo: {
    flag: 'skopeo-dir',
    defaultPath: 'skopeo',
    description: 'Folder for plan.json, the source file and the report.',
  },
  mapping: mappingWorkspace,
} as const satisfies Workspaces;

export const planResults = {
  'image-count': 'Number of images to copy; an image with several tags counts once.',
  'skipped-count': 'Number of tags and images that are skipped on purpose.',
  'problem-count': 'Number of problems, accepted ones included.',
  'registry-replacement':
    'Pairs from=to, separated by commas, with which crane-transform rewrites the names of images from `registries` or ' +
    'under a mapping; also in registry-replacement.txt. Empty if the namespace mapping is sufficient.',
  'plan-digest': 'sha256 digest of plan.json, `sha256:<hex>`, for crane-skopeo-sync.',
} as const;
