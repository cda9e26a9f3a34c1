import type { BaseListing } from '../../domain/containerize/base-listing.ts';
import { changedScope, findChangedFiles } from '../../domain/containerize/changed-files.ts';
import type { FileEntry, ReadNote } from '../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts } from './ports.ts';
import { readBaseListing } from './read-base-listing.ts';

export interface ListedChanges {
  readonly entries: readonly FileEntry[];
  readonly notes: readonly ReadNote[];
  /** What the image has and the container has not. */
  readonly removed: readonly string[];
}

/** A listing of the image, and the paths that it was read for. */
interface KnownBase {
  readonly listing: BaseListing;
  readonly paths: ReadonlySet<string>;
}

/**
 * Lists files of the container's own file system that its image does not have, again and again. The image is read once
 * for the same files: its layers are large.
 */
export function listChangedFiles(
  { plan, base, container }: PlannedImage,
  ports: Pick<ContainerizePorts, 'source' | 'unpackLayer' | 'log'>,
): (area: PlannedArea) => Promise<ListedChanges> {
  const { startedAt } = plan;
  let known: KnownBase | undefined;
  async function baseFor(entries: readonly FileEntry[]): Promise<BaseListing> {
    if (known !== undefined && entries.every(({ path }) => known?.paths.has(path))) return known.listing;
    ports.log.info('comparing changed files with the layers of the image');
    const { host, path } = base.source;
    const image = { registry: ports.source(host), path, layers: base.layers };
    const listing = await readBaseListing(image, changedScope(entries), ports.unpackLayer);
    known = { listing, paths: new Set(entries.map((entry) => entry.path)) };
    return listing;
  }
  return async ({ path, without: other }) => {
    const without = [...other, ...plan.never.map((each) => each.path)];
    const { entries, notes } = await container.files.list([path], { without, changedSince: startedAt });
    if (entries.length === 0) return { entries, notes, removed: [] };
    const folders = entries.filter(({ kind }) => kind === 'directory').map((entry) => entry.path);
    const now = folders.length === 0 ? undefined : await container.files.list(folders, { isShallow: true });
    const present = new Set([...(now?.entries ?? []), ...(now?.notes ?? [])].map((each) => each.path));
    const found = findChangedFiles({ entries, startedAt, base: await baseFor(entries), present, without });
    return { entries: found.changed, notes, removed: found.removed };
  };
}
