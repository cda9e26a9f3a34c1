import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { claimClassParams, commonParams } from '../../shared/params.ts';
import { transformParams } from '../../shared/transform-plugins.ts';
import { craneConfigWorkspace, exportWorkspace, patchesWorkspace } from '../../shared/workspaces.ts';

export const craneTransformParams = {
  ...transformParams,
  'index-digest': commonParams['export-index-digest'],
  'plan-digest': commonParams['plan-digest'],
  images: commonParams.images,
  claims: commonParams.claims,
  'claim-settings': commonParams['claim-settings'],
  ...claimClassParams,
} as const satisfies Params;

export const transformWorkspaces = {
  export: exportWorkspace,
  transform: {
    flag: 'transform-dir',
    defaultPath: 'transform',
    mountPath: '/var/crane/transform',
    description: 'The folder for patch files and whiteout markers.',
  },
  'ignored-patches': {
    flag: 'ignored-patches-dir',
    optional: true,
    mountPath: '/var/crane/ignored-patches',
    description: 'The folder for patches that lost to those of another plugin. Without it: they are only reported.',
  },
  craneconfig: { ...craneConfigWorkspace, mountPath: '/var/crane/config' },
  patches: patchesWorkspace,
  skopeo: {
    flag: 'skopeo-dir',
    optional: true,
    readOnly: true,
    description:
      'The folder with plan.json of crane-skopeo-sync-gen. An image stream is left out only if the plan copies its ' +
      'images. Without it: every image stream is migrated.',
  },
} as const satisfies Workspaces;

export const transformResults = {
  'resource-count': 'Number of exported resources.',
  'patched-count': 'Number of resources that get patches.',
  'whiteout-count': 'Number of resources that are left out.',
  'ignored-count': 'Number of patches that lost to those of another plugin.',
  'transform-digest': 'Digest of the index over patches and markers, `sha256:<hex>`, for crane-apply.',
} as const;
