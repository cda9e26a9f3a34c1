import { allTypes } from '../../../domain/scale/scalable-types.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { restoreScale } from '../../../usecases/scale/restore-scale.ts';
import { quiesceWorkspace, runScale, scaleParams } from '../../shared/scale.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { seconds } from '../../shared/param-kinds.ts';

export const craneRestoreScale = defineTask({
  name: 'crane-restore-scale',
  summary: 'restart what kubectl-scale-down scaled to zero',
  family: 'crane',
  stage: 'restore',
  recovery: 'scaling-down',
  description:
    'Restores the replica count of each workload to the one before kubectl-scale-down, from the annotation or else ' +
    'from the records in the workspace. It resumes suspended jobs and removes the annotations. Workloads that already ' +
    'run, and those that were never scaled down, are not changed, so it can be run again.',
  examples: ['crane-restore-scale --context=source --namespace=shop --quiesce-dir=quiesce'],
  params: {
    context: scaleParams.context,
    namespace: scaleParams.namespace,
    'resource-type': {
      type: 'string',
      list: true,
      default: allTypes,
      description: 'Kinds to restart, separated by commas, in the format of kubectl-scale-down.',
    },
    'cluster-uid': scaleParams['cluster-uid'],
    'wait-timeout': seconds(
      { fallback: 0 },
      'Seconds that the workloads may take to become ready. "0": the task does not wait.',
    ),
    'dry-run': scaleParams['dry-run'],
    'kubeconfig-digest': scaleParams['kubeconfig-digest'],
  },
  workspaces: { kubeconfig: kubeconfigWorkspace, quiesce: quiesceWorkspace },
  results: {
    'restored-count': 'Number of objects that were restarted.',
    'unchanged-count': 'Number of objects that already ran.',
    'failed-count': 'Number of objects that could not be restarted; the report has the reason.',
  },
  reasons: ['scale'],
  reportIn: 'quiesce',
  run: runScale(restoreScale),
});
