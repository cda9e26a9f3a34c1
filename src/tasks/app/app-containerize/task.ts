import { defineTask } from '../../../runtime/define-task.ts';
import { appContainerizeParams, appContainerizeResults, appContainerizeWorkspaces } from './params.ts';

export const appContainerize = defineTask({
  name: 'app-containerize',
  summary: 'make one image of a running application, with its packages and files',
  family: 'app',
  stage: 'containerize',
  recovery: 'making-a-portable-image',
  description:
    'Builds an image on top of the image of a running container and pushes it. Packages that were installed, workspace ' +
    'files and plain environment variables are part of it. The home folder, values of Secrets, projected volumes and ' +
    'add-on containers are not. New layers and the configuration are scanned for secrets before anything is pushed, and ' +
    'a finding stops the run. No container daemon and no privileges are needed. Use --dry-run=true to see the plan.',
  examples: [
    'app containerize deployment/lab --namespace=course --destination-registry=registry.example.com ' +
      '--destination-path=team/exports --dry-run=true',
    'app containerize lab --destination-registry=docker.io --destination-path=example/public --export-name=lesson-1 ' +
      '--include-workspace=false --confirm-public=true',
  ],
  params: appContainerizeParams,
  workspaces: appContainerizeWorkspaces,
  results: appContainerizeResults,
  reasons: ['containerize', 'registry'],
  reportIn: 'output',
  run: async (input, context) => {
    const { runContainerize } = await import('./run-containerize.ts');
    return runContainerize(input, context);
  },
});
