import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { clusterParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { list, optional, seconds } from '../../shared/param-kinds.ts';

export const rollbackParams = {
  context: clusterParams.context,
  'cluster-uid': optional(
    'UID that the namespace kube-system of the cluster must have: another cluster is refused. Empty: the one in the ' +
      'reports, if any.',
  ),
  namespace: list(
    'Namespaces of the application at the destination, separated by commas. Objects of other namespaces are not ' +
      'deleted. Empty: those of the reports that report-digest names. One of the two must be given.',
  ),
  'report-digest': {
    type: 'string',
    list: true,
    digests: true,
    default: '',
    description:
      'Digests of the reports to trust, `sha256:<hex>`, separated by commas: the result report-digest of ' +
      'kubectl-apply-kustomize or kubectl-apply-files. Only objects of these reports are deleted. Empty: every report ' +
      'in the folder is trusted.',
  },
  'allow-changed': list(
    'Objects to delete even if they changed after they were applied, as Kind/name or Kind.group/name, separated by commas, for ' +
      'example "Deployment.apps/web". Empty: none.',
  ),
  'include-kinds': list(
    'Kinds to delete too if the run created them, among PersistentVolumeClaim, Namespace and CustomResourceDefinition, ' +
      'separated by commas. Their data and the objects in them are deleted without a check. Empty: they are kept.',
  ),
  'dry-run': clusterParams['dry-run'],
  'wait-timeout': seconds({ fallback: 300 }, 'Seconds that all objects together may take to be deleted.'),
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const rollbackWorkspaces = {
  applied: {
    flag: 'applied-dir',
    defaultPath: '.',
    readOnly: true,
    description: 'The folder that the run worked in, or the one that was applied. Its reports are found at any depth.',
  },
  rollback: { flag: 'rollback-dir', defaultPath: 'rollback', description: 'The folder for the report.' },
  kubeconfig: kubeconfigWorkspace,
} as const satisfies Workspaces;

export const rollbackResults = {
  'deleted-count': 'Number of objects that were deleted.',
  'gone-count': 'Number of objects that were already gone.',
  'kept-count': 'Number of objects and images that are kept on purpose.',
  'failed-count': 'Number of objects that could not be deleted; the report has the reason.',
} as const;
