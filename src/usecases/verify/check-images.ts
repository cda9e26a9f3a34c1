import { formatImageName, type PinnedImage } from '../../domain/oci/image-location.ts';
import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { messageOf } from '../../domain/core/errors.ts';
import { parseManifest } from '../../domain/oci/manifest.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { agree, disagree, type Finding } from './finding.ts';

/** One tag that the plan promised. */
type PromisedTag = PinnedImage & { readonly tag: string };

const requestsAtOnce = 16;

/** Whether each tag of an image plan means the planned digest at the destination: one small request for each. */
export function checkImages(plan: SyncPlan, registry: Registry): Promise<readonly Finding[]> {
  const promised = plan.images.flatMap(({ destination, digest, tags }) =>
    tags.map((tag) => ({ ...destination, tag, digest })),
  );
  return mapConcurrently(promised, requestsAtOnce, (tag) => checkTag(tag, registry));
}

async function checkTag({ host, path, tag, digest }: PromisedTag, registry: Registry): Promise<Finding> {
  const id = formatImageName({ host, path, tag });
  try {
    const head = await registry.head(path, tag);
    if (head?.digest === digest) return agree(id, 'digest-equal', { digest });
    const evidence = { digest, ...(head === undefined ? {} : { 'destination-digest': head.digest }) };
    if (head === undefined)
      return disagree({ id, reason: 'image-missing', message: 'the registry has no such tag', evidence });
    return disagree(
      { id, reason: 'digest-different', message: `the tag means ${head.digest}`, evidence },
      `-${digest}\n+${head.digest}\n`,
    );
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    return disagree({ id, reason: 'image-unreadable', message: messageOf(error), evidence: { digest } });
  }
}

/** Digests of the platforms of an image; empty if it is not an index or cannot be read. */
export async function platformsOf(registry: Registry, path: string, digest: string): Promise<readonly string[]> {
  try {
    const manifest = await registry.read(path, digest);
    if (manifest === undefined) return [];
    const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, `${path}@${digest}`);
    return content.kind === 'index' ? content.manifests.map((entry) => entry.digest) : [];
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    return [];
  }
}
