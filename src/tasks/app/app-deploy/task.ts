import { defineTask } from '../../../runtime/define-task.ts';
import { appDeployParams, appDeployResults, appDeployWorkspaces } from './params.ts';

export const appDeploy = defineTask({
  name: 'app-deploy',
  summary: 'deploy an image as a Helm release with routes, environment and configurations',
  family: 'app',
  stage: 'deploy-application',
  recovery: 'deploying',
  description:
    'Installs or upgrades the Helm release of an application, and waits until its pods are ready. The chart of crane-tasks ' +
    'has a Deployment, a Service and an Ingress for each route; charts of Epinio work too. An application that Epinio ' +
    'deployed keeps its release. Routes that belong to another release are found before helm starts, and with pull-registry ' +
    'an image that is not at that address. If the release ' +
    'already has this content, no pod is restarted. Running it again continues, also after a helm that was killed.',
  examples: [
    'app-deploy --app=shop --namespace=workspace --image=registry.example.com/apps/shop:1 --domain=apps.example.com',
    'app-deploy --app=shop --image=registry.example.com/apps/shop:1 --routes=shop.example.com/api --environment=MODE=test',
    'app-deploy --app=shop --image=registry.example.com/apps/shop:1 --no-routes=true --values=app/shop/values.yaml',
  ],
  params: appDeployParams,
  workspaces: appDeployWorkspaces,
  results: appDeployResults,
  reasons: ['release', 'appImages'],
  reportIn: 'deployment',
  run: async (input, context) => {
    const { runDeploy } = await import('./run-deploy.ts');
    return runDeploy(input, context);
  },
});
