import type { BaseListing } from '../../domain/containerize/base-listing.ts';
import { changedScope } from '../../domain/containerize/changed-files.ts';
import type { FileEntry } from '../../domain/containerize/file-entry.ts';
import type { Log } from '../../domain/core/ports.ts';
import { readBaseListing, type BaseImage, type UnpackLayer } from './read-base-listing.ts';

/** A listing of the image, and the paths that it was read for. */
interface KnownBase {
  readonly listing: BaseListing;
  readonly paths: ReadonlySet<string>;
}

/** Lists what an image has of some files. The layers of an image are large: they are read once for the same files. */
export function rememberBase(
  image: BaseImage,
  { unpack, log }: { readonly unpack: UnpackLayer; readonly log: Log },
): (entries: readonly FileEntry[]) => Promise<BaseListing> {
  let known: KnownBase | undefined;
  return async (entries) => {
    const found = known;
    if (found !== undefined && entries.every(({ path }) => found.paths.has(path))) return found.listing;
    log.info('comparing changed files with the layers of the image');
    const listing = await readBaseListing(image, changedScope(entries), unpack);
    known = { listing, paths: new Set(entries.map(({ path }) => path)) };
    return listing;
  };
}
