import { sha256Of } from '../adapters/files/digest.ts';
import { openFolder } from '../adapters/files/local-folder.ts';
import { yamlCodec } from '../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../runtime/define-task.ts';
import { planImageSync } from '../usecases/plan-image-sync.ts';

export const craneSkopeoSyncGen = defineTask({
  name: 'crane-skopeo-sync-gen',
  aliases: ['skopeo-sync-gen'],
  summary: 'plan which images of an export must be copied, as a plan and as a source file for skopeo sync',
  description:
    'Decides for each tag of each exported ImageStream, and for each image that a workload names, whether it must be ' +
    'copied: images pushed to the registry or built in the cluster are; images that come with OpenShift or are ' +
    'imported from elsewhere are not. Writes plan.json (each image with its digest, its place at the destination, its ' +
    'class and the reason; each skipped one; each problem) and a source file that plain `skopeo sync --src yaml` ' +
    'reads, and prints the latter to standard output. Problems make the exit code 4; what can be copied is planned.',
  examples: [
    'crane-skopeo-sync-gen --registry-url=registry.apps.source.example.com ' +
      '--destination-registry-url=registry.apps.destination.example.com --destination-namespace=shop',
    'skopeo-sync-gen --registry-url=… --destination-registry-url=… --destination-namespace=shop > source.yaml',
  ],
  params: {
    'registry-url': {
      type: 'string',
      description: 'Address of the source registry for the outside, host or host:port. Required; empty is an error.',
    },
    'internal-registry-url': {
      type: 'string',
      default: 'image-registry.openshift-image-registry.svc:5000',
      description:
        'Address of the source registry inside its cluster, host or host:port. The default is that of OpenShift 4. ' +
        'Other names of the same registry are recognised too; empty is an error.',
    },
    'destination-registry-url': {
      type: 'string',
      description:
        'Address of the destination registry for the outside, host or host:port. Required; empty is an error.',
    },
    'destination-internal-registry-url': {
      type: 'string',
      default: '',
      description: 'Address of the destination registry inside its cluster, for the plan only. Empty: not mentioned.',
    },
    'destination-namespace': {
      type: 'string',
      description: 'Namespace at the destination that the images go to: registry/namespace/name:tag.',
    },
    'destination-cluster-uid': {
      type: 'string',
      default: '',
      description:
        'UID of the namespace kube-system of the destination, as crane-kubeconfig-generator tells it. Written into the ' +
        'plan, so that crane-skopeo-sync refuses to log in with another cluster. Empty: not checked.',
    },
    'index-digest': {
      type: 'string',
      default: '',
      description:
        'Digest of the index of the export, `sha256:<hex>`, as crane-export gave it. A different export is then ' +
        'refused. Empty: not checked.',
    },
    'built-images': {
      type: 'string',
      default: 'copy',
      choices: ['copy', 'rebuild'],
      description:
        'What to do with images that a BuildConfig writes. `copy`: they are copied, so that the destination runs the ' +
        'same. `rebuild`: they are left to a build at the destination, except where a workload names the digest.',
    },
    'allow-problems': {
      type: 'string',
      default: '',
      description:
        'Problems to accept, separated by commas: reasons such as `import-failed`, or images such as `shop/web:1`. ' +
        'They are reported as skipped. Empty: each problem makes the exit code 4.',
    },
    output: {
      type: 'string',
      default: 'source.yaml',
      description: 'Name of the source file in the workspace `skopeo`; it goes to standard output in any case.',
    },
  },
  workspaces: {
    export: {
      flag: 'export-dir',
      defaultPath: 'export',
      readOnly: true,
      description: 'Folder that crane-export wrote.',
    },
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
    'plan-digest': 'sha256 digest of plan.json, `sha256:<hex>`, for crane-skopeo-sync. No newline.',
  },
  reportIn: 'skopeo',
  run: ({ params, workspaces }, { log }) =>
    planImageSync(
      {
        exportFolder: openFolder(workspaces.export),
        planFolder: openFolder(workspaces.skopeo),
        sourceFile: params.output,
        indexDigest: params['index-digest'],
        source: { registry: params['registry-url'], internalRegistry: params['internal-registry-url'] },
        destination: {
          registry: params['destination-registry-url'],
          internalRegistry: params['destination-internal-registry-url'],
          namespace: params['destination-namespace'],
          clusterUid: params['destination-cluster-uid'],
        },
        builtImages: params['built-images'] === 'rebuild' ? 'rebuild' : 'copy',
        allowProblems: params['allow-problems']
          .split(',')
          .map((entry) => entry.trim())
          .filter((entry) => entry !== ''),
      },
      { yaml: yamlCodec, sha256: sha256Of, log },
    ),
});
