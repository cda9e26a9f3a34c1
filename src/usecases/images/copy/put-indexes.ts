import { destinationName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure, type FailureKind } from '../../../domain/oci/failure.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { conflictItem, leavesUnknown, type IfExists } from './check-destination.ts';
import type { PartialIndex } from './choose-platforms.ts';
import type { FoundOfJob } from './find-referrers.ts';
import { failedItem, itemsOf, type ImageItem } from './items.ts';
import type { SyncPorts } from './ports.ts';

/**
 * Sets the tags of indexes whose chosen manifests were copied. The whole index keeps its digest, and some registries take
 * it without its other manifests. The others get an index of the chosen ones alone, whose digest is another one.
 * @param images items of all jobs; those of the manifests of an index become items of its tags
 */
export async function putIndexes(
  partial: readonly PartialIndex[],
  images: readonly ImageItem[],
  { ifExists, ports }: { readonly ifExists: IfExists; readonly ports: SyncPorts },
): Promise<readonly ImageItem[]> {
  if (partial.length === 0) return images;
  const children = new Set(partial.flatMap((one) => one.children.map(nameOf)));
  const failed = new Map(images.flatMap(({ item }) => (item.outcome === 'done' ? [] : [[item.id, item] as const])));
  const context: Context = { ifExists, ports, refusing: new Set() };
  const put: ImageItem[] = [];
  for (const index of partial) {
    const reason = index.children.flatMap((child) => failed.get(nameOf(child)) ?? [])[0];
    for (const tag of index.job.tags)
      put.push(...(reason === undefined ? await putTag(index, tag, context) : failedTag(index, tag, reason)));
  }
  return [...images.filter(({ item }) => !children.has(item.id)), ...put];
}

/** What was found of the indexes that have their digest, as far as the destination has what it refers to. */
export function keepReferrers(
  found: readonly FoundOfJob[],
  partial: readonly PartialIndex[],
  images: readonly ImageItem[],
): readonly FoundOfJob[] {
  const indexes = new Map(partial.map((one) => [one.job, one]));
  const proven = new Set(images.flatMap(({ item, job }) => (item.outcome === 'done' && job ? [job] : [])));
  return found.flatMap((one): readonly FoundOfJob[] => {
    const index = indexes.get(one.job);
    if (!proven.has(one.job)) return [];
    if (index === undefined || !('found' in one)) return [one];
    const present = new Set([index.job.digest, ...index.children.map(({ digest }) => digest)]);
    return [{ ...one, found: one.found.filter(({ subject }) => present.has(subject)) }];
  });
}

function nameOf(child: CopyJob): string {
  return destinationName(child, child.digest);
}

function failedTag(
  { job }: PartialIndex,
  tag: string,
  { reason, message = '' }: Item<CopyGroup>,
): readonly ImageItem[] {
  const evidence = { digest: job.digest };
  return itemsOf(job, [{ id: destinationName(job, tag), outcome: 'failed', reason, message, evidence }]);
}

interface Context {
  readonly ifExists: IfExists;
  readonly ports: SyncPorts;
  /** Hosts that refuse an index without all of its manifests. */
  readonly refusing: Set<string>;
}

async function putTag(index: PartialIndex, tag: string, context: Context): Promise<readonly ImageItem[]> {
  const { job, whole, reduced } = index;
  const { ifExists, ports } = context;
  const id = destinationName(job, tag);
  try {
    const there = await readTag(job, tag, ports);
    if (there === whole.digest || there === reduced.digest)
      return [itemOf(index, id, { digest: there, reason: 'present' })];
    if (there !== undefined && ifExists !== 'replace')
      return itemsOf(job, [conflictItem({ id, digest: job.digest, other: there, ifExists })]);
    const digest = await put(index, tag, context);
    const made = itemOf(index, id, { digest, reason: digest === whole.digest ? 'sparse-index' : 'reduced-index' });
    ports.log.item(made.item, `${id}: ${made.item.message ?? ''}`);
    return [made];
  } catch (error) {
    return itemsOf(job, [failedItem(id, error, { digest: job.digest })]);
  }
}

async function readTag({ destination }: CopyJob, tag: string, ports: SyncPorts): Promise<string | undefined> {
  try {
    return (await ports.destination(destination.host).read(destination.path, tag))?.digest;
  } catch (error) {
    if (error instanceof SyncFailure && leavesUnknown.includes(error.kind)) return undefined;
    throw error;
  }
}

/** How registries refuse an index of which they lack a manifest. */
const refusals: readonly FailureKind[] = ['blob-missing', 'refused', 'not-found', 'repository-missing', 'unsupported'];

async function put({ job, whole, reduced }: PartialIndex, tag: string, context: Context): Promise<string> {
  const { refusing, ports } = context;
  const { host } = job.destination;
  if (!refusing.has(host)) {
    try {
      return await putManifest(job, { tag, manifest: whole }, ports);
    } catch (error) {
      if (!(error instanceof SyncFailure) || !refusals.includes(error.kind)) throw error;
      ports.log.debug(`${error.message}; ${host} gets an index of the chosen platforms`);
      refusing.add(host);
    }
  }
  return putManifest(job, { tag, manifest: reduced }, ports);
}

async function putManifest(
  job: CopyJob,
  { tag, manifest }: { readonly tag: string; readonly manifest: Manifest },
  ports: SyncPorts,
): Promise<string> {
  const { host, path } = job.destination;
  await ports.destination(host).tag(path, tag, manifest);
  const there = await ports.destination(host).read(path, tag);
  if (there?.digest === manifest.digest) return manifest.digest;
  const name = destinationName(job, tag);
  throw new SyncFailure('wrong-content', `proving ${name}: the tag does not have the digest ${manifest.digest}`);
}

interface Put {
  readonly digest: string;
  readonly reason: 'present' | 'sparse-index' | 'reduced-index';
}

function itemOf(index: PartialIndex, id: string, { digest, reason }: Put): ImageItem {
  const { job, platforms, dropped, whole } = index;
  const missing = `it has ${platforms.join(', ')}, and not ${dropped.join(', ')}`;
  const lost = `its digest is not ${whole.digest}: signatures of the index do not fit, and names with that digest find nothing`;
  const evidence = {
    digest,
    'source-digest': whole.digest,
    platforms: platforms.join(','),
    dropped: dropped.join(','),
  };
  const message = digest === whole.digest ? missing : `${missing}; ${lost}`;
  // The job stands for what is at the destination: another digest has no referrers.
  const made = digest === whole.digest ? job : { ...job, digest };
  return { item: { id, outcome: 'done', reason, message, evidence }, job: made };
}
