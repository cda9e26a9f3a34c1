import type { SyncPlan } from '../../domain/schemas/documents.ts';
import { messageOf } from '../../domain/core/errors.ts';
import { parseManifest } from '../../domain/oci/manifest.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { agree, disagree, type Finding } from './finding.ts';

/** One tag that the plan promised. */
interface PromisedTag {
  readonly destination: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

const requestsAtOnce = 16;

/** Whether each tag of an image plan means the planned digest at the destination: one small request for each. */
export function checkImages(plan: SyncPlan, registry: Registry): Promise<readonly Finding[]> {
  const promised = plan.images.flatMap(({ destination, digest, tags }) =>
    tags.map((tag) => ({ destination, tag, digest, path: repositoryPath(destination) })),
  );
  return mapConcurrently(promised, requestsAtOnce, (tag) => checkTag(tag, registry));
}

async function checkTag(promised: PromisedTag, registry: Registry): Promise<Finding> {
  const { destination, path, tag, digest } = promised;
  const id = `${destination}:${tag}`;
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

/** The path of a repository without its registry. */
export function repositoryPath(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
