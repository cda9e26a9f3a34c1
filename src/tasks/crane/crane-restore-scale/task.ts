import { allTypes } from '../../../domain/scale/scalable-types.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { restoreScale } from '../../../usecases/scale/restore-scale.ts';
import { quiesceWorkspace, runScale, scaleParams } from '../../shared/scale.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { seconds } from '../../shared/param-kinds.ts';

export const craneRestoreScale = defineTask({
  name: 'crane-restore-scale',
  summary: 'start again what kubectl-scale-down brought to rest',
  family: 'crane',
  stage: 'restore',
  recovery: 'bringing-to-rest',
  description:
    'Gives each workload the replicas that it had before kubectl-scale-down, as noted on it or else as the records in the ' +
    'workspace say, lets suspended jobs go on, and removes the notes. What runs already is left as it is, and what was ' +
    'never brought to rest is not touched, so that running it again does no harm.',
  examples: ['crane-restore-scale --context=source --namespace=shop --quiesce-dir=quiesce'],
  params: {
    context: scaleParams.context,
    namespace: scaleParams.namespace,
    'resource-type': {
      type: 'string',
      list: true,
      default: allTypes,
      description: 'Kinds to start again, separated by commas, as kubectl-scale-down takes them.',
    },
    'cluster-uid': scaleParams['cluster-uid'],
    'wait-timeout': seconds(
      { fallback: 0 },
      'Seconds that the workloads may take to become ready. "0": not waited for.',
    ),
    'dry-run': scaleParams['dry-run'],
    'kubeconfig-digest': scaleParams['kubeconfig-digest'],
  },
  workspaces: { kubeconfig: kubeconfigWorkspace, quiesce: quiesceWorkspace },
  results: {
    'restored-count': 'Number of objects that were started again. No newline.',
    'unchanged-count': 'Number of objects that ran already. No newline.',
    'failed-count': 'Number of objects that could not be started; the report says why. No newline.',
  },
  reportIn: 'quiesce',
  run: runScale(restoreScale),
});
