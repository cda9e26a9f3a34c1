import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import {
  extendReferrers,
  fallbackTag,
  formatReferrers,
  namePlatform,
  parseReferrers,
  type Referrer,
} from '../../../domain/oci/referrers.ts';
import type { SyncPorts } from './ports.ts';

/** What a destination lists about one manifest. */
export interface ReferrerList {
  /** Whether the destination's registry lists referrers by itself. */
  readonly hasApi: boolean;
  readonly known: ReadonlySet<string>;
  readonly fallback: readonly Referrer[];
}

/** Asks the destination's API, or reads the index under the fallback tag where there is none. */
export async function readReferrerList(
  { host, path }: ImageLocation,
  subject: string,
  ports: SyncPorts,
): Promise<ReferrerList> {
  const registry = ports.destination(host);
  const api = await registry.referrers(path, subject);
  if (api !== undefined) return { hasApi: true, known: new Set(api.map(({ digest }) => digest)), fallback: [] };
  const index = await registry.read(path, fallbackTag(subject));
  const name = formatImageName({ host, path, tag: fallbackTag(subject) });
  const fallback = index === undefined ? [] : parseReferrers(new TextDecoder().decode(index.bytes), name);
  return { hasApi: false, known: new Set(fallback.map(({ digest }) => digest)), fallback };
}

interface Listing {
  readonly destination: ImageLocation;
  readonly subject: string;
  readonly copied: readonly Referrer[];
}

/** Has the destination list them: by itself, or by the index under the fallback tag; entries of others are kept. */
export async function updateReferrerList({ destination, subject, copied }: Listing, ports: SyncPorts): Promise<void> {
  const before = await readReferrerList(destination, subject, ports);
  const all = before.hasApi ? undefined : extendReferrers(before.fallback, copied);
  if (all !== undefined) await putIndex({ destination, subject, all }, ports);
  const { known } = all === undefined ? before : await readReferrerList(destination, subject, ports);
  const lost = copied.filter(({ digest }) => !known.has(digest)).map(({ digest }) => digest);
  if (lost.length === 0) return;
  const what = `${lost.join(', ')} among what refers to ${formatImageName({ ...destination, digest: subject })}`;
  throw new SyncFailure('wrong-content', `proving referrers: the destination does not list ${what}`);
}

interface Index {
  readonly destination: ImageLocation;
  readonly subject: string;
  readonly all: readonly Referrer[];
}

async function putIndex({ destination, subject, all }: Index, ports: SyncPorts): Promise<void> {
  const put = (referrers: readonly Referrer[]): Promise<void> => {
    const { mediaType, text } = formatReferrers(referrers);
    const manifest = { bytes: new TextEncoder().encode(text), mediaType, digest: '' };
    return ports.destination(destination.host).tag(destination.path, fallbackTag(subject), manifest);
  };
  try {
    await put(all);
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.kind !== 'refused') throw error;
    ports.log.debug(`${error.message}; again with a platform in each entry`);
    await put(all.map(namePlatform)).catch((still: unknown) => {
      throw still instanceof SyncFailure && still.kind === 'refused' ? notListed(destination, still) : still;
    });
  }
}

function notListed({ host, path }: ImageLocation, cause: SyncFailure): SyncFailure {
  const why = `${host} has no API for referrers and refuses the index that would list them: ${cause.message}`;
  return new SyncFailure('referrers-refused', `listing what refers to images of ${path}: ${why}`, { cause });
}
