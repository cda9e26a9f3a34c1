import { defineTask } from '../../../runtime/define-task.ts';
import { runInnerTasks } from '../../shared/inner-tasks.ts';
import { registriesParams, registriesResults, registriesWorkspaces } from './params.ts';

const sides = ['source', 'destination'] as const;

export const craneClusterRegistries = defineTask({
  name: 'crane-cluster-registries',
  summary: "print the addresses of both clusters' image registries",
  family: 'crane',
  stage: 'connect',
  recovery: 'before-anything-is-written',
  description:
    'Runs oc-registry-info for both clusters in one pod. An address that is neither given nor found ends the task with ' +
    'exit code 2, unless no images are copied.',
  examples: [
    'crane-cluster-registries --source-context=source --destination-context=destination',
    'crane-cluster-registries --source-context=source --destination-registry-internal=registry.kube-system.svc:5000 ' +
      '--destination-registry-public=registry.example.com',
  ],
  params: registriesParams,
  workspaces: registriesWorkspaces,
  results: registriesResults,
  reasons: ['migrate'],
  run: ({ params, workspaces }, context) => {
    const tasks = sides.map((side) => ({
      name: side,
      task: 'oc-registry-info',
      params: () => ({
        context: params[`${side}-context`],
        strict: true,
        internal: params[`${side}-registry-internal`],
        public: params[`${side}-registry-public`],
        images: params.images,
        'kubeconfig-digest': params['kubeconfig-digest'],
      }),
      workspaces,
    }));
    return runInnerTasks(tasks, context, (resultOf) => ({
      summary: sides.map((side) => `${side}: ${resultOf(side, 'public') || 'no registry'}`).join(', '),
      results: {
        'source-registry-internal': resultOf('source', 'internal'),
        'source-registry-public': resultOf('source', 'public'),
        'destination-registry-internal': resultOf('destination', 'internal'),
        'destination-registry-public': resultOf('destination', 'public'),
      },
    }));
  },
});
