import { defineTask } from '../../../runtime/define-task.ts';
import { appImportParams, appImportResults, appImportWorkspaces } from './params.ts';

export const appImport = defineTask({
  name: 'app-import',
  summary: 'push the images of an exported application, adapt its values and install its chart',
  family: 'app',
  stage: 'import-application',
  recovery: 'importing-an-application',
  description:
    'Imports what app-export wrote. The images are pushed without a container daemon, with their layers unchanged. A copy ' +
    'of values.yaml is edited: the values that name images, the domains of routes and the name of the application; all ' +
    'else, with comments, is unchanged. Routes that belong to another release are found before helm starts. Then helm ' +
    'upgrade --install runs, and the task waits until the pods are ready. Running it again continues, also after a helm ' +
    'that was killed.',
  examples: [
    'app import web --namespace=shop --destination-registry=registry.example.com --destination-path=shop',
    'app import web --app-dir=app/web --destination-registry=registry.example.com ' +
      '--domains=apps.old.example.com=apps.new.example.com --dry-run=true',
  ],
  params: appImportParams,
  workspaces: appImportWorkspaces,
  results: appImportResults,
  reasons: ['appImport', 'appImages', 'registry'],
  reportIn: 'app',
  run: async (input, context) => {
    const { runImport } = await import('./run-import.ts');
    return runImport(input, context);
  },
});
