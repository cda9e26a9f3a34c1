import { sha256Of } from '../adapters/files/digest.ts';
import { openFolder } from '../adapters/files/local-folder.ts';
import { yamlCodec } from '../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../runtime/define-task.ts';
import { readRequest } from '../usecases/sync/read-request.ts';
import { parseIfExists } from '../usecases/sync/check-destination.ts';
import { runImageSync } from './wiring/image-sync.ts';
import { kubeconfigWorkspace } from './wiring/workspaces.ts';

const verification = (side: string): string =>
  `Whether the certificate of the ${side} registry is verified. "false" also allows plain HTTP and is repeated in the report.`;
const contextOf = (side: string, registry: string): string =>
  `Name of the kubeconfig context whose token logs in to ${registry}; "in-cluster" is the service account of the pod. ` +
  `Empty: no login from a cluster; the workspace registry-auth, else anonymous access, is used for the ${side}.`;

export const craneSkopeoSync = defineTask({
  name: 'crane-skopeo-sync',
  aliases: ['skopeo-sync'],
  summary: 'copy planned images to the destination registry, by digest, in parallel, proven',
  description:
    'Copies the images of a plan, or of any skopeo sync source file, with the program skopeo. What the destination has ' +
    'already is found by digest and left alone; the rest is copied with all platforms and unchanged digests, read back ' +
    'and compared. A failed image does not stop the others: the report names it, the exit code is 4, and running again ' +
    'copies only what is missing. Logins go to skopeo in files that only this user can read.',
  examples: [
    'crane-skopeo-sync --skopeo-dir=skopeo --src-context=source --dest-context=destination',
    'crane-skopeo-sync --source-file=source.yaml --dest-public-registry-url=registry.example.com --dest-namespace=shop',
  ],
  params: {
    'src-context': { type: 'string', default: '', description: contextOf('source', 'the source registry') },
    'dest-context': { type: 'string', default: '', description: contextOf('destination', 'the destination registry') },
    'src-public-registry-url': {
      type: 'string',
      default: '',
      description:
        'Source registry, host or host:port, that the token of src-context is for. Empty: the one of the plan, or the ' +
        'only one in the source file. The token is never sent to any other.',
    },
    'dest-public-registry-url': {
      type: 'string',
      default: '',
      description: 'Destination registry, host or host:port. Empty: the one of the plan. A source file needs it.',
    },
    'dest-namespace': {
      type: 'string',
      default: '',
      description:
        'Namespace at the destination: images go to <dest-public-registry-url>/<dest-namespace>/<last part of the source ' +
        'name>. Empty: the one of the plan. A source file needs it.',
    },
    'src-tls-verify': { type: 'boolean', default: true, description: verification('source') },
    'dest-tls-verify': { type: 'boolean', default: true, description: verification('destination') },
    'source-file': {
      type: 'string',
      default: '',
      description:
        'File in the workspace skopeo: a plan (.json) or a skopeo sync source file (YAML with images). Empty: plan.json ' +
        'when there is one, else source.yaml.',
    },
    'plan-digest': {
      type: 'string',
      default: '',
      description:
        'Digest, sha256:<hex>, that the file must have, as crane-skopeo-sync-gen reports it. Empty: not checked.',
    },
    'if-exists': {
      type: 'string',
      default: 'fail',
      choices: ['fail', 'skip', 'replace'],
      description:
        'What to do with a tag that means another image at the destination: fail that image, skip it, or replace the tag.',
    },
    parallel: {
      type: 'integer',
      default: 8,
      minimum: 1,
      maximum: 64,
      description:
        'How many images are copied at once; up to three times as many while all together have less than 64 MiB to bring. ' +
        'Fewer are, for a while, when a registry asks for quiet. 1: one after the other.',
    },
    retries: {
      type: 'integer',
      default: 5,
      minimum: 0,
      maximum: 50,
      description:
        'How often one image is tried again after a failure that can pass: 429, 5xx, a cut connection, a token that expired.',
    },
    'stall-timeout': {
      type: 'integer',
      default: 300,
      minimum: 1,
      maximum: 86_400,
      description: 'Seconds after which a copy without a single byte in or out is ended and tried again.',
    },
  },
  workspaces: {
    skopeo: {
      flag: 'skopeo-dir',
      defaultPath: 'skopeo',
      description: 'Folder with the plan or source file; gets the report.',
    },
    kubeconfig: kubeconfigWorkspace,
    'registry-auth': {
      flag: 'registry-auth',
      optional: true,
      readOnly: true,
      description:
        'Folder with a Docker `config.json` or a Secret of type kubernetes.io/dockerconfigjson, or the file itself: logins ' +
        'for registries that no context belongs to. It wins over a context where both know a registry.',
    },
    'ca-bundle': {
      flag: 'ca-bundle',
      optional: true,
      readOnly: true,
      description:
        "Folder with PEM files (*.crt, *.pem), or such a file: authorities to trust besides the system's, for registries and API servers.",
    },
  },
  results: {
    'image-count': 'How many destination tags the plan asks for. No newline.',
    'copied-count': 'How many of them were set by this run. No newline.',
    'present-count': 'How many were there already with the right digest. No newline.',
    'skipped-count': 'How many were left alone on purpose. No newline.',
    'failed-count': 'How many are not at the destination. No newline.',
    IMAGES:
      'Proven images as repository@digest, comma separated, for Tekton Chains; as many as fit in 1 KiB. No newline.',
  },
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const request = await readRequest(
      {
        sourceFile: params['source-file'],
        planDigest: params['plan-digest'],
        sourceRegistry: params['src-public-registry-url'],
        destinationRegistry: params['dest-public-registry-url'],
        destinationNamespace: params['dest-namespace'],
      },
      { folder: openFolder(workspaces.skopeo), yaml: yamlCodec, sha256: sha256Of },
    );
    const settings = {
      sourceContext: params['src-context'],
      destinationContext: params['dest-context'],
      verifySource: params['src-tls-verify'],
      verifyDestination: params['dest-tls-verify'],
      ifExists: parseIfExists(params['if-exists']),
      parallel: params.parallel,
      retries: params.retries,
      stallSeconds: params['stall-timeout'],
      kubeconfig: workspaces.kubeconfig,
      registryAuth: workspaces['registry-auth'],
      caBundle: workspaces['ca-bundle'],
    };
    return runImageSync(request, settings, context);
  },
});
