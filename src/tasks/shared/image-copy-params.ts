import type { Param, Workspace } from '../../runtime/define-task.ts';
import { parseIfExists } from '../../usecases/images/copy/check-destination.ts';
import { parseReferrerMode } from '../../usecases/images/copy/copy-referrers.ts';
import type { ImageSyncSettings } from './image-copy.ts';
import { kubeconfigDigestParam, kubeconfigWorkspace } from './workspaces.ts';

const verification = (side: string): string =>
  `Whether the certificate of the ${side} registry is verified. "false" also allows plain HTTP and is repeated in the report.`;
const contextOf = (side: string, registry: string): string =>
  `Name of the kubeconfig context whose token logs in to ${registry}; "in-cluster" is the service account of the pod. ` +
  `Empty: no login from a cluster; the workspace registry-auth, else anonymous access, is used for the ${side}.`;

/** Params by which tasks that copy images reach both registries. */
export const loginParams = {
  'src-context': { type: 'string', default: '', description: contextOf('source', 'the source registry') },
  'dest-context': { type: 'string', default: '', description: contextOf('destination', 'the destination registry') },
  'src-tls-verify': { type: 'boolean', default: true, description: verification('source') },
  'dest-tls-verify': { type: 'boolean', default: true, description: verification('destination') },
} as const satisfies Readonly<Record<string, Param>>;

/** Params that say how images are copied. */
export const copyParams = {
  'if-exists': {
    type: 'string',
    default: 'fail',
    choices: ['fail', 'skip', 'replace'],
    description:
      'What to do with a tag that means another image at the destination: fail that image, skip it, or replace the tag.',
  },
  referrers: {
    type: 'string',
    default: 'true',
    choices: ['true', 'best-effort', 'false'],
    description:
      'Whether signatures, attestations and other referrers of the images are copied with them: those of the OCI ' +
      'referrers API, of its fallback tags, and of cosign (`sha256-….sig`, `.att`, `.sbom`). One that cannot be copied ' +
      'makes the run incomplete; with best-effort it is skipped, and the report names it with the reason.',
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
  ...kubeconfigDigestParam,
} as const satisfies Readonly<Record<string, Param>>;

/** Workspaces with what the copies need to be let in. */
export const copyWorkspaces = {
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
} as const satisfies Readonly<Record<string, Workspace>>;

/** Results of a copy. */
export const copyResults = {
  'image-count': 'How many destination tags were asked for. No newline.',
  'copied-count': 'How many of them were set by this run. No newline.',
  'present-count': 'How many were there already with the right digest. No newline.',
  'skipped-count': 'How many were left alone on purpose. No newline.',
  'failed-count': 'How many are not at the destination. No newline.',
  'referrer-count': 'How many signatures, attestations and other referrers are proven at the destination. No newline.',
  IMAGES:
    'Proven images as repository@digest, comma separated, for Tekton Chains; as many as fit in 1 KiB. No newline.',
} as const;

interface CopyValues {
  readonly 'src-context': string;
  readonly 'dest-context': string;
  readonly 'src-tls-verify': boolean;
  readonly 'dest-tls-verify': boolean;
  readonly 'if-exists': string;
  readonly referrers: string;
  readonly parallel: number;
  readonly retries: number;
  readonly 'stall-timeout': number;
  readonly 'kubeconfig-digest': string;
}

type CopyPlaces = Readonly<Record<keyof typeof copyWorkspaces | 'skopeo', string>>;

/** The settings that those params and workspaces mean. */
export function settingsOf(params: CopyValues, workspaces: CopyPlaces): ImageSyncSettings {
  return {
    sourceContext: params['src-context'],
    destinationContext: params['dest-context'],
    verifySource: params['src-tls-verify'],
    verifyDestination: params['dest-tls-verify'],
    ifExists: parseIfExists(params['if-exists']),
    referrers: parseReferrerMode(params.referrers),
    parallel: params.parallel,
    retries: params.retries,
    stallSeconds: params['stall-timeout'],
    kubeconfig: workspaces.kubeconfig,
    kubeconfigDigest: params['kubeconfig-digest'],
    registryAuth: workspaces['registry-auth'],
    caBundle: workspaces['ca-bundle'],
    skopeoFolder: workspaces.skopeo,
  };
}
