import { defineTask } from '../../../runtime/define-task.ts';
import { wizardParams, wizardWorkspaces } from './params.ts';

export const wizard = defineTask({
  name: 'wizard',
  summary: 'plan, start and follow moves on a web page',
  family: 'terminal',
  stage: 'plan-move',
  description:
    'Serves the migration wizard on this computer and opens it in the browser, until it is stopped with Ctrl+C. The page ' +
    'acts with the rights of the contexts of the kubeconfig. The link that is printed has a secret, which works once. ' +
    'In a cluster it runs with --mode=deployment, where users sign in with a token of theirs.',
  examples: ['wizard', 'wizard --context=destination --namespace=migrations', 'wizard --port=8080 --no-browser=true'],
  params: wizardParams,
  workspaces: wizardWorkspaces,
  results: {},
  reasons: [],
  run: async (input, context) => {
    const { runWizard } = await import('./run-wizard.ts');
    return runWizard(input, context);
  },
});
