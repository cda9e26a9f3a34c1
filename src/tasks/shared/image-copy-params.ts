import type { Param, ValuesOf, Workspace } from '../../runtime/define-task.ts';
import { parseIfExists } from '../../usecases/images/copy/check-destination.ts';
import { parseReferrerMode } from '../../usecases/images/copy/copy-referrers.ts';
import type { ImageSyncSettings } from './image-copy.ts';
import { commonParams, kubeconfigDigestParam } from './params.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from './workspaces.ts';
import { seconds } from './param-kinds.ts';

/** Params that say how images are copied. */
export const copyParams = {
  'if-exists': commonParams['if-exists'],
  referrers: commonParams.referrers,
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
  'stall-timeout': seconds(
    { fallback: 300, minimum: 1 },
    'Seconds after which a copy without a single byte in or out is ended and tried again.',
  ),
  ...kubeconfigDigestParam,
} as const satisfies Readonly<Record<string, Param>>;

/** Workspaces with what the copies need to be let in. */
export const copyWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
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

type CopyValues = ValuesOf<typeof copyParams>;

/** How each side is reached, whatever the task calls its params. */
type CopySides = Pick<ImageSyncSettings, 'sourceContext' | 'destinationContext' | 'verifySource' | 'verifyDestination'>;

type CopyPlaces = Readonly<Record<keyof typeof copyWorkspaces | 'skopeo', string>>;

/** The settings that those params and workspaces mean. */
export function settingsOf(sides: CopySides, params: CopyValues, workspaces: CopyPlaces): ImageSyncSettings {
  return {
    ...sides,
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
