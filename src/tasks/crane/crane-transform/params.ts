import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams } from '../../shared/params.ts';
import { transformParams } from '../../shared/transform-params.ts';
import { exportWorkspace } from '../../shared/workspaces.ts';

export const craneTransformParams = {
  ...transformParams,
  'index-digest': commonParams['export-index-digest'],
  'plan-digest': commonParams['plan-digest'],
} as const satisfies Params;

export const transformWorkspaces = {
  export: exportWorkspace,
  transform: {
    flag: 'transform-dir',
    defaultPath: 'transform',
    mountPath: '/var/crane/transform',
    description: 'The folder that gets patch files and whiteout markers.',
  },
  'ignored-patches': {
    flag: 'ignored-patches-dir',
    optional: true,
    mountPath: '/var/crane/ignored-patches',
    description:
      'The folder that gets patches which lost to those of another plugin. Not bound: they are only reported.',
  },
  craneconfig: {
    flag: 'craneconfig',
    optional: true,
    readOnly: true,
    mountPath: '/var/crane/config',
    description:
      'The folder with a flags file `crane.yaml`, or that file. Of its flags optional-flags, skip-plugins and ' +
      'plugin-priorities are read; the params win.',
  },
  patches: {
    flag: 'patches-dir',
    optional: true,
    readOnly: true,
    description:
      'The folder with patches of your own (*.yaml): JSON patches (RFC 6902) for resources by group, version, kind, ' +
      'name, namespace or labels. They win over what plugins want. Not bound: none.',
  },
  skopeo: {
    flag: 'skopeo-dir',
    optional: true,
    readOnly: true,
    description:
      'The folder with plan.json of crane-skopeo-sync-gen. A stream is left out only when the plan shows that its images ' +
      'are copied. Not bound: each stream travels.',
  },
} as const satisfies Workspaces;

export const transformResults = {
  'resource-count': 'Number of exported resources that were looked at. No newline.',
  'patched-count': 'Number of resources that travel changed. No newline.',
  'whiteout-count': 'Number of resources that are left out. No newline.',
  'ignored-count': 'Number of patches that lost to those of another plugin. No newline.',
  'transform-digest': 'Digest of the index over patches and markers, `sha256:<hex>`, for crane-apply. No newline.',
} as const;
