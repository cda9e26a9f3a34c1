import { connectCluster } from '../../../adapters/kube/connect.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { findRegistryInfo } from '../../../usecases/images/plan/registry-info.ts';
import { kubeconfigDigestParam } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';

export const ocRegistryInfo = defineTask({
  name: 'oc-registry-info',
  aliases: ['registry-info'],
  summary: "tell the internal and the public address of a cluster's image registry",
  family: 'crane',
  stage: 'connect',
  description:
    'Asks the cluster for the two addresses of its registry: image.config.openshift.io/cluster first, then the status ' +
    'of ImageStreams, then the routes default-route and docker-registry. A refused request is an error unless another ' +
    'source tells the address. For a cluster without OpenShift give both addresses; the cluster is then not asked.',
  examples: [
    'oc-registry-info --context=source --strict=true',
    'oc-registry-info --context= --internal=registry.kube-system.svc:5000 --public=registry.example.com',
  ],
  params: {
    context: required(
      'Name of the kubeconfig context of the cluster. Required; an empty value means the current context. Not used ' +
        'when both addresses are given.',
    ),
    strict: toggle(
      false,
      'Whether an address that nothing tells ends the task with exit code 2. "false": its result is empty.',
    ),
    internal: optional(
      'Internal address, host or host:port, used instead of what the cluster tells. Empty: ask the cluster.',
    ),
    public: optional(
      'Public address, host or host:port, used instead of what the cluster tells. Empty: ask the cluster.',
    ),
    ...kubeconfigDigestParam,
  },
  workspaces: {
    kubeconfig: kubeconfigWorkspace,
  },
  results: {
    internal: 'Address of the registry inside the cluster, host or host:port; empty when unknown. No newline.',
    public: 'Address of the registry outside the cluster, host or host:port; empty when unknown. No newline.',
  },
  run: ({ params, workspaces }, { log, environment, signal }) =>
    findRegistryInfo(
      { strict: params.strict, given: { internal: params.internal, public: params.public } },
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
