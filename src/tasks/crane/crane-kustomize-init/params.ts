import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams } from '../../shared/params.ts';
import { list, optional } from '../../shared/param-kinds.ts';

export const kustomizeParams = {
  'source-namespace': optional(
    'Namespace that was exported: the folder below resources/ to read. Empty: the only one there is.',
  ),
  labels: list(
    'Labels to add, key:value pairs separated by commas. They are added to all resources and pod templates, not to ' +
      'selectors. Empty: none.',
  ),
  'name-prefix': optional('Prefix of the names of all resources. Empty: none.'),
  namespace: optional('Namespace for all resources. Empty: the namespace they were exported from.'),
  'name-suffix': optional('Suffix of the names of all resources. Empty: none.'),
  'index-digest': commonParams['manifest-index-digest'],
} as const satisfies Params;

export const kustomizeWorkspaces = {
  apply: {
    flag: 'output-dir',
    defaultPath: 'output',
    mountPath: '/var/crane/apply',
    readOnly: true,
    description: 'The folder where crane-apply stored the manifests.',
  },
  kustomize: {
    flag: 'kustomize-dir',
    defaultPath: 'kustomize',
    description: 'The folder for the manifests and kustomization.yaml.',
  },
} as const satisfies Workspaces;
