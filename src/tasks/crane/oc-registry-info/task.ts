import { connectCluster } from '../../../adapters/kube/connect.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { findRegistryInfo } from '../../../usecases/images/plan/registry-info.ts';
import { registryInfoParams, registryInfoWorkspaces, registryInfoResults } from './params.ts';

export const ocRegistryInfo = defineTask({
  name: 'oc-registry-info',
  aliases: ['registry-info'],
  summary: "print the internal and the public address of a cluster's image registry",
  family: 'crane',
  stage: 'connect',
  description:
    'Reads the two addresses of the registry from the cluster: image.config.openshift.io/cluster first, then the ' +
    'status of ImageStreams, then the routes default-route and docker-registry. A refused request is an error unless ' +
    'another source has the address. For a cluster without OpenShift, give both addresses; the cluster is then not ' +
    'asked.',
  examples: [
    'oc-registry-info --context=source --strict=true',
    'oc-registry-info --context= --internal=registry.kube-system.svc:5000 --public=registry.example.com',
  ],
  params: registryInfoParams,
  workspaces: registryInfoWorkspaces,
  results: registryInfoResults,
  reasons: ['registryInfo'],
  run: ({ params, workspaces }, { log, environment, signal }) =>
    findRegistryInfo(
      {
        strict: params.strict,
        isNeeded: params.images === 'copy',
        given: { internal: params.internal, public: params.public },
      },
      {
        connect: () =>
          connectCluster({
            kubeconfig: workspaces.kubeconfig,
            context: params.context,
            kubeconfigDigest: params['kubeconfig-digest'],
            environment,
            log,
            signal,
          }),
        log,
      },
    ),
});
