import { defineTask } from '../../../runtime/define-task.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { watchParams, watchRun } from './watch-run.ts';

export const watch = defineTask({
  name: 'watch',
  summary: 'follow a PipelineRun: the state of its tasks and their logs',
  family: 'terminal',
  stage: 'follow',
  description:
    'Prints each change of a task and each line that its steps log, until the PipelineRun ends. The exit code is 0 if ' +
    'the run succeeded, else 4. It needs get, list and watch on pipelineruns and taskruns, and get on pods/log.',
  examples: ['watch move-shop-x7k2p', 'watch move-shop-x7k2p --namespace=migrations --context=destination'],
  params: watchParams,
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: { reason: 'Reason of the condition Succeeded of the run, for example Completed or Failed.' },
  reasons: ['runs'],
  run: ({ params, workspaces }, context) => watchRun(params, workspaces.kubeconfig, context),
});
