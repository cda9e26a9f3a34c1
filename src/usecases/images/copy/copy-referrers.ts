import { messageOf } from '../../../domain/core/errors.ts';
import { tagOfDigest } from '../../../domain/images/plan/sync-plan.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { destinationName, sourceName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import type { Referrer } from '../../../domain/oci/referrers.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { conflictItem, type IfExists } from './check-destination.ts';
import { copyContent } from './copy-content.ts';
import type { FoundOfJob, FoundReferrers } from './find-referrers.ts';
import { failedItem } from './items.ts';
import type { SyncPorts } from './ports.ts';
import { updateReferrerList, readReferrerList } from './referrer-list.ts';

/** Whether what refers to images comes along: all of it, what can be, or nothing. */
export type ReferrerMode = 'true' | 'best-effort' | 'false';

/** Reads the param of this name, which allows nothing else. */
export function parseReferrerMode(text: string): ReferrerMode {
  return text === 'best-effort' || text === 'false' ? text : 'true';
}

export interface ReferrerOptions {
  readonly ifExists: IfExists;
  /** Whether referrers that cannot be copied make the run incomplete, or are skipped. */
  readonly referrers: ReferrerMode;
  /** Most images whose referrers are copied in parallel. */
  readonly parallel: number;
  /** How often one is tried again. */
  readonly retries: number;
}

/**
 * Copies what refers to images that are at the destination: signatures, attestations, lists of contents. What is there
 * already is left alone; what cannot be listed or copied is a failed item of its own.
 */
export async function copyReferrers(
  found: readonly FoundOfJob[],
  options: ReferrerOptions,
  ports: SyncPorts,
): Promise<readonly Item<CopyGroup>[]> {
  const items = await mapConcurrently(found, options.parallel, (one) => copyOfJob(one, { options, ports }));
  const all = new Map(items.flat().map((item) => [item.id, item])).values();
  const made = options.referrers === 'best-effort' ? [...all].map(downgradeToSkipped) : [...all];
  for (const { id, outcome, reason, message = '' } of made) {
    if (outcome !== 'done') ports.log.warn(`${id}: ${message}`);
    else if (reason === 'referrer-copied') ports.log.info(`copied ${id}`);
  }
  return made;
}

/** Referrers that could not be copied are skipped, unless the run was stopped: the next one may copy them. */
function downgradeToSkipped(item: Item<CopyGroup>): Item<CopyGroup> {
  return item.outcome === 'failed' && item.reason !== 'interrupted' ? { ...item, outcome: 'skipped' } : item;
}

async function copyOfJob(one: FoundOfJob, copy: ReferrerCopy): Promise<readonly Item<CopyGroup>[]> {
  const { job } = one;
  const { signal } = copy.ports;
  const stopped = new SyncFailure('interrupted', 'the run was stopped before what refers to this image');
  const error = 'error' in one ? one.error : signal.aborted && one.found.length > 0 ? stopped : undefined;
  if (error !== undefined) {
    return [failedItem(`referrers of ${sourceName(job)}`, error, { digest: job.digest })];
  }
  const found = 'found' in one ? one.found : [];
  return (await Promise.all(found.map((each) => copyAll(job, each, copy)))).flat();
}

interface ReferrerCopy {
  readonly options: ReferrerOptions;
  readonly ports: SyncPorts;
}

async function copyAll(job: CopyJob, found: FoundReferrers, copy: ReferrerCopy): Promise<readonly Item<CopyGroup>[]> {
  const tagged = found.tagged.map(({ tag, digest }) => copyTagged(job, { tag, digest }, copy));
  const listed = found.listed.length === 0 ? [] : [copyListed(job, found, copy)];
  return (await Promise.all([...tagged, ...listed])).flat();
}

async function copyTagged(
  job: CopyJob,
  { tag, digest }: { readonly tag: string; readonly digest: string },
  { options, ports }: ReferrerCopy,
): Promise<readonly Item<CopyGroup>[]> {
  const { source, destination } = job;
  const id = destinationName(job, tag);
  const registry = ports.destination(destination.host);
  try {
    // Mostly it is absent, which an answer to HEAD does not prove.
    const present = await registry.read(destination.path, tag);
    if (present?.digest === digest) return [doneItem(id, true, digest)];
    if (present !== undefined && options.ifExists !== 'replace') {
      return [conflictItem({ id, digest, other: present.digest, ifExists: options.ifExists })];
    }
    await tryAgain(options, ports, async (believes) => {
      await registry.tag(destination.path, tag, await copyContent({ source, destination, digest, believes }, ports));
      await prove({ ...destination, digest }, tag, ports);
    });
    return [doneItem(id, false, digest)];
  } catch (error) {
    return [failedItem(id, error, { digest })];
  }
}

/** Those of one subject one after the other, since they share an index where the destination has no API for them. */
async function copyListed(
  job: CopyJob,
  { subject, listed }: FoundReferrers,
  { options, ports }: ReferrerCopy,
): Promise<readonly Item<CopyGroup>[]> {
  const { destination } = job;
  const target = { ...destination, digest: subject };
  const items = new Map<Referrer, Item<CopyGroup>>();
  try {
    const shelf = await readReferrerList(target, ports);
    for (const referrer of listed) {
      const id = formatImageName({ ...destination, digest: referrer.digest });
      try {
        const isThere =
          shelf.known.has(referrer.digest) && (await isHeld({ ...destination, digest: referrer.digest }, ports));
        if (!isThere)
          await tryAgain(options, ports, (believes) =>
            copyOne(job, { referrer, subject, hasApi: shelf.hasApi, believes }, ports),
          );
        items.set(referrer, doneItem(id, isThere, referrer.digest));
      } catch (error) {
        items.set(referrer, failedItem(id, error, { digest: referrer.digest }));
      }
    }
    const copied = listed.filter((referrer) => items.get(referrer)?.outcome === 'done');
    await tryAgain(options, ports, () => updateReferrerList(target, copied, ports));
    return [...items.values()];
  } catch (error) {
    return listed.map((referrer) => {
      const item = items.get(referrer);
      if (item?.outcome === 'failed') return item;
      return failedItem(formatImageName({ ...destination, digest: referrer.digest }), error, {
        digest: referrer.digest,
      });
    });
  }
}

async function isHeld({ host, path, digest }: PinnedImage, ports: SyncPorts): Promise<boolean> {
  return (await ports.destination(host).head(path, digest))?.digest === digest;
}

interface ListedReferrer {
  readonly referrer: Referrer;
  /** Digest of the manifest that lists it. */
  readonly subject: string;
  /** Of the destination. */
  readonly hasApi: boolean;
  /** Whether the destination is believed that it has a blob. */
  readonly believes: boolean;
}

// Registries without the API drop what no tag holds, and OpenShift's takes a push by digest alone for the tag `latest`.
async function copyOne(
  { source, destination }: CopyJob,
  { referrer: { digest }, subject, hasApi, believes }: ListedReferrer,
  ports: SyncPorts,
): Promise<void> {
  const manifest = await copyContent({ source, destination, digest, subject, believes }, ports);
  const reference = hasApi ? digest : tagOfDigest(digest);
  await ports.destination(destination.host).tag(destination.path, reference, manifest);
  await prove({ ...destination, digest }, reference, ports);
}

async function prove({ host, path, digest }: PinnedImage, reference: string, ports: SyncPorts): Promise<void> {
  const manifest = await ports.destination(host).read(path, reference);
  if (manifest?.digest === digest) return;
  const name = `${host}/${path} ${reference}`;
  throw new SyncFailure('wrong-content', `proving ${name}: the destination has ${manifest?.digest ?? 'nothing'}`);
}

/**
 * The registry client itself waits out what passes; what remains is tried again at once, as wrong bytes are, and a blob
 * that the destination only says to have.
 */
async function tryAgain(
  { retries }: ReferrerOptions,
  ports: SyncPorts,
  run: (believes: boolean) => Promise<void>,
): Promise<void> {
  let believes = true;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await run(believes);
      return;
    } catch (error) {
      const kind = error instanceof SyncFailure ? error.kind : undefined;
      believes &&= kind !== 'blob-missing';
      const isWrong = kind === 'wrong-content' || kind === 'blob-missing';
      if (!isWrong || attempt >= Math.min(retries, 1) || ports.signal.aborted) throw error;
      ports.log.debug(`${messageOf(error)}; again`);
    }
  }
}

function doneItem(id: string, isThere: boolean, digest: string): Item<CopyGroup> {
  return { id, outcome: 'done', reason: isThere ? 'referrer-present' : 'referrer-copied', evidence: { digest } };
}
