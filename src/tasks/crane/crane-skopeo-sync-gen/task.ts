import { defineTask } from '../../../runtime/define-task.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { foldersOf, writePlan } from '../../shared/image-plan.ts';
import { planTaskParams, planWorkspaces, planResults } from './params.ts';

export const craneSkopeoSyncGen = defineTask({
  name: 'crane-skopeo-sync-gen',
  aliases: ['skopeo-sync-gen'],
  summary: 'plan which images of an export must be copied, as a plan and as a source file for skopeo sync',
  family: 'crane',
  stage: 'plan-images',
  recovery: 'before-anything-is-written',
  description:
    'Decides for each tag of each exported ImageStream, and for each image that a workload names, whether it must be ' +
    'copied. Images that were pushed to the registry or built in the cluster are copied. Images that OpenShift ships ' +
    'or that are imported from other registries are not. Writes plan.json and a source file that plain `skopeo sync ' +
    '--src yaml` reads, and prints the latter to standard output. The plan has each image with its digest, its place ' +
    'at the destination, its class and the reason; each skipped image; and each problem. Problems make the exit code ' +
    '4; the other images are planned.',
  examples: [
    'crane-skopeo-sync-gen --registry-url=registry.apps.source.example.com ' +
      '--destination-registry-public=registry.apps.destination.example.com --destination-namespace=shop',
    'crane-skopeo-sync-gen --registry-url= --internal-registry-url= --registries=registry.internal:5000 ' +
      '--destination-registry-public=registry.example.com --destination-namespace=shop',
    'skopeo-sync-gen --registry-url=… --destination-registry-public=… --destination-namespace=shop > source.yaml',
  ],
  params: planTaskParams,
  workspaces: planWorkspaces,
  results: planResults,
  reasons: ['plan', 'registry'],
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const places = {
      ...foldersOf(workspaces),
      sourceFile: params.output,
      source: { registry: params['registry-url'], internalRegistry: params['internal-registry-url'] },
      destination: {
        registry: params['destination-registry-public'],
        internalRegistry: params['destination-registry-internal'],
        namespace: params['destination-namespace'],
      },
      emptyAddresses: 'refuse',
      names: {
        registry: 'registry-url',
        internalRegistry: 'internal-registry-url',
        destinationRegistry: 'destination-registry-public',
        namespace: 'destination-namespace',
      },
    } as const;
    return (await keepYoungSmall(() => writePlan(places, params, context))).outcome;
  },
});
