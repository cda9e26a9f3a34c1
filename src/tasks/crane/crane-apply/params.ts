import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams } from '../../shared/params.ts';
import { exportWorkspace } from '../../shared/workspaces.ts';
import { optional } from '../../shared/param-kinds.ts';

export const applyParams = {
  'index-digest': commonParams['export-index-digest'],
  'transform-digest': optional(
    'Digest that the index of the patches must have, `sha256:<hex>`: the result transform-digest of crane-transform. ' +
      'Then no patch file may have changed. Empty: patch files may be edited, replaced or added. A missing patch file ' +
      'without a whiteout marker, or a marker without a patch file, fails its resource.',
  ),
} as const satisfies Params;

export const applyWorkspaces = {
  export: exportWorkspace,
  transform: {
    flag: 'transform-dir',
    defaultPath: 'transform',
    mountPath: '/var/crane/transform',
    readOnly: true,
    description: 'The folder where crane-transform stored patches and whiteout markers.',
  },
  apply: {
    flag: 'output-dir',
    defaultPath: 'output',
    mountPath: '/var/crane/apply',
    description:
      'The folder for the manifests, below resources/, and their index. Manifests of earlier runs are deleted.',
  },
} as const satisfies Workspaces;

export const applyResults = {
  'written-count': 'Number of manifests written.',
  'skipped-count': 'Number of resources left out because of a whiteout marker.',
  'index-digest': 'Digest of the index over the manifests, `sha256:<hex>`, for the tasks that deploy them.',
} as const;
