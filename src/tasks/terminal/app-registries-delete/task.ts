import { defineTask } from '../../../runtime/define-task.ts';
import { deleteExportRegistry } from '../../../usecases/app/export-registries.ts';
import { registryNameParam, registryStoreParams, withRegistryStore } from '../../shared/export-registries.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const appRegistriesDelete = defineTask({
  name: 'app-registries-delete',
  summary: 'delete a registry from the list',
  family: 'terminal',
  stage: 'app-registries',
  description:
    'Deletes the Secret that describes the registry, and the Secret with certificates that app registries add created. ' +
    'Nothing in the registry itself is changed.',
  examples: ['app registries delete partner'],
  params: { registry: registryNameParam, ...registryStoreParams },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: ['app'],
  run: (input, context) =>
    withRegistryStore(input, context, (store) => deleteExportRegistry(store, input.params.registry)),
});
