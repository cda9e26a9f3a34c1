import { defineTask } from '../../../runtime/define-task.ts';
import { planParams, planWorkspaces } from './params.ts';

export const plan = defineTask({
  name: 'plan',
  summary: 'plan a move: questions and answers, and the objects that make it',
  family: 'terminal',
  stage: 'plan-move',
  description:
    'Reads the namespace at the source and what the destination offers, and plans the move. Secrets are read without ' +
    'their values. The answers decide what is moved and how; each that is absent has a default. Problems are printed ' +
    'with what to do, and make the exit code 4. Without problems it prints the ConfigMap, the Secrets and the ' +
    'PipelineRun of the migration, or creates them with --create=true. The same answers give the same objects in the wizard.',
  examples: [
    'plan --source-context=source --source-namespace=shop --destination-context=destination --show=answers > answers.yaml',
    'plan --answers=answers.yaml',
    'plan --answers=answers.yaml --namespace=migrations --create=true',
  ],
  params: planParams,
  workspaces: planWorkspaces,
  results: {
    'problem-count': 'Number of problems that must be fixed.',
    'pipeline-run': 'Name of the PipelineRun that was created; empty when none was.',
  },
  reasons: ['planning'],
  run: async (input, context) => {
    const { runPlan } = await import('./run-plan.ts');
    return runPlan(input, context);
  },
});
