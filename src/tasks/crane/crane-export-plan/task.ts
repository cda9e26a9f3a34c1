import { defineTask } from '../../../runtime/define-task.ts';
import { runInnerTasks } from '../../shared/inner-tasks.ts';
import { exportPlanParams, exportPlanResults, exportPlanWorkspaces } from './params.ts';
import { readingTasks } from './reading-tasks.ts';

export const craneExportPlan = defineTask({
  name: 'crane-export-plan',
  summary: 'export a namespace, and plan which of its images must be copied',
  family: 'crane',
  stage: 'export',
  recovery: 'before-anything-is-written',
  description:
    'Runs crane-export, oc-registry-info for both clusters, and crane-skopeo-sync-gen in one pod. Each writes its own ' +
    'report. The images are planned when the export is complete and the registries are known. An address of a registry ' +
    'that is neither given nor found ends the task with exit code 2, unless no images are copied.',
  examples: [
    'crane-export-plan --source-context=source --source-namespace=shop --destination-context=destination ' +
      '--destination-namespace=shop',
    'crane-export-plan --source-context=source --source-namespace=shop --destination-context=destination ' +
      '--destination-namespace=store --destination-registry-internal=registry.kube-system.svc:5000 ' +
      '--destination-registry-public=registry.example.com',
  ],
  params: exportPlanParams,
  workspaces: exportPlanWorkspaces,
  results: exportPlanResults,
  reasons: ['migrate'],
  reportIn: 'skopeo',
  run: (input, context) =>
    runInnerTasks(readingTasks(input), context, (resultOf) => ({
      summary: `exported ${resultOf('export', 'resource-count')} objects, ${resultOf('image-plan', 'image-count')} images to copy`,
      results: {
        'resource-count': resultOf('export', 'resource-count'),
        'index-digest': resultOf('export', 'index-digest'),
        'source-registry-internal': resultOf('source-registry', 'internal'),
        'source-registry-public': resultOf('source-registry', 'public'),
        'destination-registry-internal': resultOf('destination-registry', 'internal'),
        'destination-registry-public': resultOf('destination-registry', 'public'),
        'image-count': resultOf('image-plan', 'image-count'),
        'registry-replacement': resultOf('image-plan', 'registry-replacement'),
        'plan-digest': resultOf('image-plan', 'plan-digest'),
      },
    })),
});
