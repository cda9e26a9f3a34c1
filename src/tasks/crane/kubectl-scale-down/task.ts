import { defineTask } from '../../../runtime/define-task.ts';
import { scaleDown } from '../../../usecases/scale/scale-down.ts';
import { quiesceWorkspace, runScale, scaleParams } from '../../shared/scale.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { seconds } from '../../shared/param-kinds.ts';

export const kubectlScaleDown = defineTask({
  name: 'kubectl-scale-down',
  summary: 'scale the workloads of a namespace to zero',
  family: 'crane',
  stage: 'quiesce',
  recovery: 'scaling-down',
  description:
    'Scales all workloads of a kind to zero, or suspends them if they have no scale, and waits until their pods are ' +
    'gone. The same request records the replica count of each workload as an annotation. A second run never ' +
    'overwrites the recorded count with zero. crane-restore-scale restores the counts. A kind that the cluster does ' +
    'not serve is skipped.',
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
        'Kinds to scale down, separated by commas: cronjob, deployment, deploymentconfig, statefulset, replicaset, ' +
        'replicationcontroller, job, daemonset (which can only be reported), or all.',
    },
    'cluster-uid': scaleParams['cluster-uid'],
    'wait-timeout': seconds({ fallback: 300 }, 'Seconds that the pods may take to end. "0": the task does not wait.'),
    'dry-run': scaleParams['dry-run'],
    'kubeconfig-digest': scaleParams['kubeconfig-digest'],
  },
  workspaces: { kubeconfig: kubeconfigWorkspace, quiesce: quiesceWorkspace },
  results: {
    'scaled-count': 'Number of objects that were scaled down or suspended.',
    'unchanged-count': 'Number of objects that were already scaled down or suspended.',
    'skipped-count': 'Number of objects that were skipped; the report has the reason.',
    'failed-count': 'Number of objects that are not scaled down; the report has the reason.',
  },
  reasons: ['scale'],
  reportIn: 'quiesce',
  run: runScale(scaleDown),
});
