import { defineTask } from '../../../runtime/define-task.ts';
import { scaleDown } from '../../../usecases/scale/scale-down.ts';
import { quiesceWorkspace, runScale, scaleParams } from '../../shared/scale.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { seconds } from '../../shared/param-kinds.ts';

export const kubectlScaleDown = defineTask({
  name: 'kubectl-scale-down',
  summary: 'bring workloads of a namespace to rest',
  family: 'crane',
  stage: 'quiesce',
  recovery: 'bringing-to-rest',
  description:
    'Scales all workloads of a kind to zero, or suspends them where they have no scale, and waits until their pods are ' +
    'gone. How many replicas each had is noted on it in the same write, and a second run never notes zeros: ' +
    'crane-restore-scale puts everything back. A kind that the cluster does not have is nothing to do.',
  examples: [
    'kubectl-scale-down --context=source --namespace=shop --resource-type=all --quiesce-dir=quiesce',
    'kubectl-scale-down --context=source --namespace=shop --resource-type=deployment,statefulset --wait-timeout=600',
  ],
  params: {
    context: scaleParams.context,
    namespace: scaleParams.namespace,
    'resource-type': {
      type: 'string',
      list: true,
      description:
        'Kinds to bring to rest, separated by commas: cronjob, deployment, deploymentconfig, statefulset, replicaset, ' +
        'replicationcontroller, job, daemonset (which can only be reported), or all.',
    },
    'cluster-uid': scaleParams['cluster-uid'],
    'wait-timeout': seconds({ fallback: 300 }, 'Seconds that the pods may take to end. "0": not waited for.'),
    'dry-run': scaleParams['dry-run'],
    'kubeconfig-digest': scaleParams['kubeconfig-digest'],
  },
  workspaces: { kubeconfig: kubeconfigWorkspace, quiesce: quiesceWorkspace },
  results: {
    'scaled-count': 'Number of objects that were brought to rest. No newline.',
    'unchanged-count': 'Number of objects that were at rest before. No newline.',
    'skipped-count': 'Number of objects that were passed over; the report says why. No newline.',
    'failed-count': 'Number of objects that are not at rest; the report says why. No newline.',
  },
  reportIn: 'quiesce',
  run: runScale(scaleDown),
});
