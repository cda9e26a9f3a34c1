import { defineTask } from '../../../runtime/define-task.ts';
import { runInnerTasks } from '../../shared/inner-tasks.ts';
import { manifestTasks } from './manifest-tasks.ts';
import { manifestsParams, manifestsResults, manifestsWorkspaces } from './params.ts';

export const craneManifests = defineTask({
  name: 'crane-manifests',
  summary: 'write the manifests for the destination, and a kustomization of them',
  family: 'crane',
  stage: 'render',
  recovery: 'before-anything-is-written',
  description:
    'Runs crane-transform, crane-apply and crane-kustomize-init one after the other in one pod. No cluster is asked. Each ' +
    'writes its own folder and its own report. Each reads what the one before it wrote, and compares its digest.',
  examples: [
    'crane-manifests --export-dir=export --kustomize-dir=kustomize --namespace=shop',
    'crane-manifests --namespace-mapping=shop=store --namespace=store --patches-dir=patches',
  ],
  params: manifestsParams,
  workspaces: manifestsWorkspaces,
  results: manifestsResults,
  reasons: ['migrate'],
  reportIn: 'kustomize',
  run: (input, context) =>
    runInnerTasks(manifestTasks(input), context, (resultOf) => ({
      summary: `${resultOf('kustomize-init', 'resource-count')} resources in the kustomization, ${resultOf('transform', 'whiteout-count')} left out`,
      results: {
        'resource-count': resultOf('transform', 'resource-count'),
        'patched-count': resultOf('transform', 'patched-count'),
        'whiteout-count': resultOf('transform', 'whiteout-count'),
        'ignored-count': resultOf('transform', 'ignored-count'),
        'transform-digest': resultOf('transform', 'transform-digest'),
        'written-count': resultOf('apply', 'written-count'),
        'index-digest': resultOf('apply', 'index-digest'),
      },
    })),
});
