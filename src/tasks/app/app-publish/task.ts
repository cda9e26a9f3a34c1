import { defineTask } from '../../../runtime/define-task.ts';
import { appPublishParams, appPublishResults, appPublishWorkspaces } from './params.ts';

export const appPublish = defineTask({
  name: 'app-publish',
  summary: 'push the images and the chart of an exported application to a registry',
  family: 'app',
  stage: 'publish-application',
  recovery: 'images',
  description:
    'Publishes what app-export wrote, without a cluster that runs it: the images first, then the chart. The values of the ' +
    'chart are those of the release and name the pushed images, so that `helm install NAME oci://…` needs no values file. ' +
    'The same content has the same digest each time, and is not sent again. The values of the release are part of the ' +
    'chart in clear text.',
  examples: [
    'app publish --app-dir=app/web --registry=partner',
    'app publish --app-dir=app/web --destination-registry=registry.example.com --destination-path=team --chart-version=1.2.0',
  ],
  params: appPublishParams,
  workspaces: appPublishWorkspaces,
  results: appPublishResults,
  reasons: ['appPublish', 'appImages', 'registry'],
  reportIn: 'app',
  run: async (input, context) => {
    const { runPublish } = await import('./run-publish.ts');
    return runPublish(input, context);
  },
});
