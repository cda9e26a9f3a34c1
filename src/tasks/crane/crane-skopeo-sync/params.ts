import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { copyParams, copyWorkspaces } from '../../shared/image-copy-params.ts';
import { commonParams, sideParams } from '../../shared/params.ts';
import { optional } from '../../shared/param-kinds.ts';

export const syncParams = {
  'source-context': loginContext('source'),
  'destination-context': loginContext('destination'),
  'source-registry-tls-verify': sideParams.registryTlsVerify('source'),
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
  'source-registry-public': sideParams.registry(
    'source',
    'public',
    'The token of source-context is sent to this registry only. Empty: the one of the plan, or the only one in the source file.',
  ),
  'destination-registry-public': sideParams.registry(
    'destination',
    'public',
    'Empty: the one of the plan. A source file needs it.',
  ),
  'destination-namespace': sideParams.namespace(
    'destination',
    'Images are copied to <destination-registry-public>/<destination-namespace>/<last part of the source name>. Empty: the ' +
      'one of the plan. A source file needs it.',
  ),
  'source-file': optional(
    'File in the workspace skopeo: a plan (.json) or any skopeo sync source file (YAML). A source file is converted ' +
      'to a plan first (source.plan.json). Empty: plan.json if it exists, else source.yaml.',
  ),
  'plan-digest': commonParams['plan-digest'],
  'mapping-file': optional(
    'YAML or JSON file in the workspace skopeo with the destination of the images of a source file, in the format of ' +
      'crane-skopeo-sync-gen. Empty: <destination-namespace>/<last part of the source name>.',
  ),
  'image-exclude': commonParams['image-exclude'],
  ...copyParams,
} as const satisfies Params;

export const syncWorkspaces = {
  skopeo: {
    flag: 'skopeo-dir',
    defaultPath: 'skopeo',
    description: 'Folder with the plan or source file, and for the report.',
  },
  ...copyWorkspaces,
} as const satisfies Workspaces;

function loginContext(side: 'source' | 'destination') {
  return sideParams.context(
    side,
    `Its token logs in to the ${side} registry; "in-cluster" is the service account of the pod. Empty: the workspace ` +
      'registry-auth, else anonymous access, is used.',
  );
}
