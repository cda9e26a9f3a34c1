import { parsePlatforms } from '../../domain/oci/image-archive/reduce-index.ts';
import type { Param, ValuesOf, Workspace } from '../../runtime/define-task.ts';
import { parseIfExists } from '../../usecases/images/copy/check-destination.ts';
import { parseReferrerMode } from '../../usecases/images/copy/copy-referrers.ts';
import type { ImageSyncSettings } from './image-copy.ts';
import { commonParams, kubeconfigDigestParam } from './params.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from './workspaces.ts';
import { count, seconds } from './param-kinds.ts';

export const copyParams = {
  'if-exists': commonParams['if-exists'],
  referrers: commonParams.referrers,
  platforms: commonParams.platforms,
  parallel: count(
    [1, 64],
    8,
    'Number of images that are copied in parallel; up to three times as many while less than 64 MiB remain to copy. ' +
      'Reduced temporarily after HTTP 429. 1 copies sequentially.',
  ),
  retries: count(
    [0, 50],
    5,
    'Number of retries of one image after a temporary failure: 429, 5xx, a broken connection, an expired token.',
  ),
  'create-projects': commonParams['create-projects'],
  'stall-timeout': seconds(
    { fallback: 300, minimum: 1 },
    'Seconds without a byte in or out after which a copy is ended and retried.',
  ),
  ...kubeconfigDigestParam,
} as const satisfies Readonly<Record<string, Param>>;

export const copyWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Readonly<Record<string, Workspace>>;

export const copyResults = {
  'image-count': 'Number of destination tags to set.',
  'copied-count': 'Number of tags that this run set.',
  'present-count': 'Number of tags that already had the right digest.',
  'skipped-count': 'Number of tags that were skipped on purpose.',
  'failed-count': 'Number of tags that are not at the destination.',
  'referrer-count': 'Number of signatures, attestations and other referrers that are verified at the destination.',
  IMAGES: 'Verified images as repository@digest, separated by commas, for Tekton Chains; as many as fit in 1 KiB.',
} as const;

type CopyValues = ValuesOf<typeof copyParams>;

/** How each side is reached, whatever the task calls its params. */
type CopySides = Pick<ImageSyncSettings, 'sourceContext' | 'destinationContext' | 'verifySource' | 'verifyDestination'>;

type CopyPlaces = Readonly<Record<keyof typeof copyWorkspaces, string | undefined>> & { readonly skopeo: string };

export function settingsOf(sides: CopySides, params: CopyValues, workspaces: CopyPlaces): ImageSyncSettings {
  return {
    ...sides,
    ifExists: parseIfExists(params['if-exists']),
    referrers: parseReferrerMode(params.referrers),
    platforms: parsePlatforms(params.platforms),
    parallel: params.parallel,
    retries: params.retries,
    createProjects: params['create-projects'],
    stallSeconds: params['stall-timeout'],
    kubeconfig: workspaces.kubeconfig,
    kubeconfigDigest: params['kubeconfig-digest'],
    registryAuth: workspaces['registry-auth'],
    caBundle: workspaces['ca-bundle'],
    skopeoFolder: workspaces.skopeo,
  };
}
