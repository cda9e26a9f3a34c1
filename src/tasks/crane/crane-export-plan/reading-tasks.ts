import type { TaskInput } from '../../../runtime/define-task.ts';
import { pickParams, type InnerTask } from '../../shared/inner-tasks.ts';
import { planParams } from '../../shared/image-plan.ts';
import { chosenParams, type exportPlanParams, type exportPlanWorkspaces } from './params.ts';

type Input = TaskInput<typeof exportPlanParams, typeof exportPlanWorkspaces>;

const sides = ['source', 'destination'] as const;

/** The tasks that read both clusters, and the one that plans the images from what they found. */
export function readingTasks(input: Input): readonly InnerTask[] {
  return [exportTask(input), ...sides.map((side) => registryTask(side, input)), planTask(input)];
}

function exportTask({ params, workspaces }: Input): InnerTask {
  return {
    name: 'export',
    task: 'crane-export',
    params: () => ({
      ...pickParams(params, chosenParams),
      context: params['source-context'],
      namespace: params['source-namespace'],
      'kubeconfig-digest': params['kubeconfig-digest'],
    }),
    workspaces,
  };
}

function registryTask(side: (typeof sides)[number], { params, workspaces }: Input): InnerTask {
  return {
    name: `${side}-registry`,
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
  };
}

function planTask({ params, workspaces }: Input): InnerTask {
  return {
    name: 'image-plan',
    task: 'crane-skopeo-sync-gen',
    after: ['export', ...sides.map((side) => `${side}-registry`)],
    params: (resultOf) => ({
      ...pickParams(params, planParams),
      'registry-url': resultOf('source-registry', 'public'),
      'internal-registry-url': resultOf('source-registry', 'internal'),
      'destination-registry-public': resultOf('destination-registry', 'public'),
      'destination-registry-internal': resultOf('destination-registry', 'internal'),
      'destination-namespace': params['destination-namespace'],
      'index-digest': resultOf('export', 'index-digest'),
    }),
    workspaces,
  };
}
