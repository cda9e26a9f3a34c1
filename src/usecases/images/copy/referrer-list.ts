import { formatImageName, type ImageLocation, type PinnedImage } from '../../../domain/oci/image-location.ts';
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

/** What reading and writing a list needs. */
export type ReferrerListPorts = Pick<SyncPorts, 'destination' | 'log'>;

/** What a destination lists about one manifest. */
export interface ReferrerList {
  /** Whether the destination's registry lists referrers by itself. */
  readonly hasApi: boolean;
  readonly known: ReadonlySet<string>;
  readonly fallback: readonly Referrer[];
}

/** Asks the destination's API, or reads the index under the fallback tag where there is none. */
export async function readReferrerList(
  { host, path, digest: subject }: PinnedImage,
  ports: ReferrerListPorts,
): Promise<ReferrerList> {
  const registry = ports.destination(host);
  const api = await registry.referrers(path, subject);
  if (api !== undefined) return { hasApi: true, known: new Set(api.map(({ digest }) => digest)), fallback: [] };
  const index = await registry.read(path, fallbackTag(subject));
  const name = formatImageName({ host, path, tag: fallbackTag(subject) });
  const fallback = index === undefined ? [] : parseReferrers(new TextDecoder().decode(index.bytes), name);
  return { hasApi: false, known: new Set(fallback.map(({ digest }) => digest)), fallback };
}

/** Has the destination list them: by itself, or by the index under the fallback tag; entries of others are kept. */
export async function updateReferrerList(
  subject: PinnedImage,
  copied: readonly Referrer[],
  ports: ReferrerListPorts,
): Promise<void> {
  const before = await readReferrerList(subject, ports);
  const all = before.hasApi ? undefined : extendReferrers(before.fallback, copied);
  if (all !== undefined) await putIndex(subject, all, ports);
  const { known } = all === undefined ? before : await readReferrerList(subject, ports);
  const lost = copied.filter(({ digest }) => !known.has(digest)).map(({ digest }) => digest);
  if (lost.length === 0) return;
  const what = `${lost.join(', ')} among what refers to ${formatImageName(subject)}`;
  throw new SyncFailure('wrong-content', `proving referrers: the destination does not list ${what}`);
}

async function putIndex(subject: PinnedImage, all: readonly Referrer[], ports: ReferrerListPorts): Promise<void> {
  const { host, path, digest } = subject;
  const put = (referrers: readonly Referrer[]): Promise<void> => {
    const { mediaType, text } = formatReferrers(referrers);
    const manifest = { bytes: new TextEncoder().encode(text), mediaType, digest: '' };
    return ports.destination(host).tag(path, fallbackTag(digest), manifest);
  };
  try {
    await put(all);
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.kind !== 'refused') throw error;
    ports.log.debug(`${error.message}; again with a platform in each entry`);
    await put(all.map(namePlatform)).catch((still: unknown) => {
      throw still instanceof SyncFailure && still.kind === 'refused' ? notListed(subject, still) : still;
    });
  }
}

function notListed({ host, path }: ImageLocation, cause: SyncFailure): SyncFailure {
  const why = `${host} has no API for referrers and refuses the index that would list them: ${cause.message}`;
  return new SyncFailure('referrers-refused', `listing what refers to images of ${path}: ${why}`, { cause });
}
