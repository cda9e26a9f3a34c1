import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { findLogin } from '../../../adapters/registry/logins.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { addExportRegistry } from '../../../usecases/app/export-registries.ts';
import {
  registryNameParam,
  registryPathParam,
  registryStoreParams,
  withRegistryStore,
} from '../../shared/export-registries.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';
import { loginReading } from '../../shared/login-reading.ts';

export const appRegistriesAdd = defineTask({
  name: 'app-registries-add',
  summary: 'add a registry to which applications can be published',
  family: 'terminal',
  stage: 'app-registries',
  description:
    'Creates a Secret with the login for one registry, as Epinio reads it. The login comes from a Docker config.json, ' +
    'so no password is part of the command line. With certificates a second Secret is created.',
  examples: [
    'app registries add partner --host=registry.example.com --path=team --registry-auth=$HOME/.docker/config.json',
    'app registries add lab --host=registry.lab:5000 --registry-auth=login.json --ca-bundle=lab-ca.pem',
  ],
  params: {
    registry: registryNameParam,
    host: { type: 'string', description: 'Host of the registry, with a port if it needs one.' },
    path: registryPathParam,
    ...registryStoreParams,
  },
  workspaces: {
    kubeconfig: kubeconfigWorkspace,
    'registry-auth': { ...registryAuthWorkspace, optional: false },
    'ca-bundle': caBundleWorkspace,
  },
  results: {},
  reasons: ['app'],
  run: ({ params, workspaces }, context) =>
    withRegistryStore({ params, workspaces }, context, async (store) => {
      const { registry: name, host, path = '' } = params;
      const auth = await findLogin(workspaces['registry-auth'], host, loginReading(context));
      const certificates = (await readCaBundle(workspaces['ca-bundle'])) || undefined;
      return addExportRegistry(store, { name, host, path, auth, certificates });
    }),
});
