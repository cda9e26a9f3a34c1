import { defineTask } from '../../../runtime/define-task.ts';
import { planParams, writePlan } from '../../shared/image-plan.ts';
import { required } from '../../shared/param-kinds.ts';
import { sideParams } from '../../shared/params.ts';
import { exportWorkspace } from '../../shared/workspaces.ts';

export const craneSkopeoSyncGen = defineTask({
  name: 'crane-skopeo-sync-gen',
  aliases: ['skopeo-sync-gen'],
  summary: 'plan which images of an export must be copied, as a plan and as a source file for skopeo sync',
  family: 'crane',
  stage: 'plan-images',
  recovery: 'before-anything-is-written',
  description:
    'Decides for each tag of each exported ImageStream, and for each image that a workload names, whether it must be ' +
    'copied: images pushed to the registry or built in the cluster are; images that come with OpenShift or are ' +
    'imported from elsewhere are not. Writes plan.json (each image with its digest, its place at the destination, its ' +
    'class and the reason; each skipped one; each problem) and a source file that plain `skopeo sync --src yaml` ' +
    'reads, and prints the latter to standard output. Problems make the exit code 4; what can be copied is planned.',
  examples: [
    'crane-skopeo-sync-gen --registry-url=registry.apps.source.example.com ' +
      '--destination-registry-public=registry.apps.destination.example.com --destination-namespace=shop',
    'crane-skopeo-sync-gen --registry-url= --internal-registry-url= --registries=registry.internal:5000 ' +
      '--destination-registry-public=registry.example.com --destination-namespace=shop',
    'skopeo-sync-gen --registry-url=… --destination-registry-public=… --destination-namespace=shop > source.yaml',
  ],
  params: {
    'registry-url': required(
      'Address of the source registry for the outside, host or host:port. Required; empty is an error unless ' +
        "registries is given and no image of the cluster's own registry must be copied.",
    ),
    'internal-registry-url': {
      type: 'string',
      default: 'image-registry.openshift-image-registry.svc:5000',
      description:
        'Address of the source registry inside its cluster, host or host:port. The default is that of OpenShift 4. ' +
        'Other names of the same registry are recognised too; empty is an error unless registries is given.',
    },
    'destination-registry-public': required(
      'Address of the destination registry outside its cluster, host or host:port. Required; empty is an error.',
    ),
    'destination-registry-internal': sideParams.registry(
      'destination',
      'internal',
      'For the plan only. Empty: not mentioned.',
    ),
    'destination-namespace': required(
      'Namespace of the application at the destination. Images are copied to registry/namespace/name:tag.',
    ),
    ...planParams,
    output: {
      type: 'string',
      default: 'source.yaml',
      description: 'Name of the source file in the workspace `skopeo`; it goes to standard output in any case.',
    },
  },
  workspaces: {
    export: exportWorkspace,
    skopeo: {
      flag: 'skopeo-dir',
      defaultPath: 'skopeo',
      description: 'Folder that gets plan.json, the source file and the report.',
    },
  },
  results: {
    'image-count': 'Number of images to copy; an image with several tags counts once. No newline.',
    'skipped-count': 'Number of tags and images that are left out on purpose. No newline.',
    'problem-count': 'Number of problems, accepted ones included. No newline.',
    'registry-replacement':
      'Pairs from=to, comma separated, with which crane-transform rewrites the names of images from `registries` or ' +
      'under a mapping; also in registry-replacement.txt. Empty when the move of the namespace says it all. No newline.',
    'plan-digest': 'sha256 digest of plan.json, `sha256:<hex>`, for crane-skopeo-sync. No newline.',
  },
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const places = {
      exportFolder: workspaces.export,
      planFolder: workspaces.skopeo,
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
    return (await writePlan(places, params, context)).outcome;
  },
});
