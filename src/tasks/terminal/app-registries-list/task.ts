import { defineTask } from '../../../runtime/define-task.ts';
import { listExportRegistries } from '../../../usecases/app/export-registries.ts';
import { registryStoreParams, withRegistryStore } from '../../shared/export-registries.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const appRegistriesList = defineTask({
  name: 'app-registries-list',
  aliases: ['app export-registries'],
  summary: 'list the registries to which applications can be published',
  family: 'terminal',
  stage: 'app-registries',
  description:
    'Reads the Secrets with the label epinio.io/api-export-registry. A Secret that does not describe a registry is ' +
    'listed with the reason, and makes the exit code 4. No credential is printed.',
  examples: ['app registries list', 'app registries list --context=source --system-namespace=epinio'],
  params: registryStoreParams,
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: { count: 'Number of valid registries.' },
  reasons: ['app'],
  run: (input, context) => withRegistryStore(input, context, listExportRegistries),
});
