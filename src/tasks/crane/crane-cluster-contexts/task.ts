import { defineTask } from '../../../runtime/define-task.ts';
import { runInnerTasks } from '../../shared/inner-tasks.ts';
import { contextsParams, contextsResults, contextsWorkspaces } from './params.ts';

const sides = ['source', 'destination'] as const;

export const craneClusterContexts = defineTask({
  name: 'crane-cluster-contexts',
  summary: 'add contexts for the source and the destination cluster to a kubeconfig',
  family: 'crane',
  stage: 'connect',
  recovery: 'before-anything-is-written',
  description:
    'Runs crane-kubeconfig-generator for both clusters in one pod. Each is described by a Secret in the namespace of the ' +
    'pod. The tokens remain in the Secrets. It can be run again.',
  examples: [
    'crane-cluster-contexts --source-cluster-secret=source-cluster --destination-cluster-secret=destination-cluster',
  ],
  params: contextsParams,
  workspaces: contextsWorkspaces,
  results: contextsResults,
  reasons: ['migrate'],
  run: ({ params, workspaces }, context) => {
    const tasks = sides.map((side) => ({
      name: side,
      task: 'crane-kubeconfig-generator',
      params: () => ({ 'cluster-secret': params[`${side}-cluster-secret`], 'context-name': params[`${side}-context`] }),
      workspaces,
    }));
    return runInnerTasks(tasks, context, (resultOf) => ({
      summary: `added contexts ${params['source-context']} and ${params['destination-context']}`,
      results: {
        'source-cluster-uid': resultOf('source', 'cluster-uid'),
        'source-kubeconfig-digest': resultOf('source', 'kubeconfig-digest'),
        'destination-cluster-uid': resultOf('destination', 'cluster-uid'),
        'destination-kubeconfig-digest': resultOf('destination', 'kubeconfig-digest'),
      },
    }));
  },
});
