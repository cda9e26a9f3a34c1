import { messageOf } from '../../../domain/core/errors.ts';
import { nextPause, type BackoffLimits } from '../../../domain/http/backoff.ts';
import { destinationName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { isTransient, SyncFailure, type FailureKind } from '../../../domain/oci/failure.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import { isReferrerTag } from '../../../domain/oci/referrers.ts';
import type { BlobPlaces } from '../../../domain/images/copy/schedule.ts';
import type { CheckedJob } from './check-destination.ts';
import { copyContent } from './copy-content.ts';
import { mountCopied } from './mount-copied.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { SyncPorts } from './ports.ts';
import { proveCopy } from './prove-copy.ts';
import { uploadBlobs } from './upload-blobs.ts';

const limits: BackoffLimits = { first: 500, longest: 30_000 };
/** A registry that asks for a longer pause is better asked by the next run. */
const longestAsked = 300_000;
/** Content that came wrong twice does not come right the third time. */
const mostWrongContents = 1;

/** Further tags of one image that are set at once: several images are copied at a time. */
const tagsAtOnce = 10;

/** Filled while an image is copied, also when that fails. */
interface Tries {
  attempts: number;
}

export interface ImageCopy {
  readonly checked: CheckedJob;
  readonly blobs: readonly Descriptor[];
  /** What the destination's registry has, in this or another repository. */
  readonly arrived: BlobPlaces['arrived'];
  readonly retries: number;
  readonly tries: Tries;
  /** Called when a registry asks for quiet. */
  readonly onThrottle: () => void;
}

/**
 * Copies an image, proves it at the destination and sets its further tags; retries what may succeed later.
 * @throws SyncFailure when it cannot be copied
 */
export async function copyImage(copy: ImageCopy, ports: SyncPorts): Promise<void> {
  const { checked, retries, tries, onThrottle } = copy;
  let pause = 0;
  let wrongContents = 0;
  let before: SyncFailure | undefined;
  let refusal: SyncFailure | undefined;
  for (;;) {
    tries.attempts += 1;
    const way = { upload: before?.kind === 'blob-missing', byBytes: refusal !== undefined };
    const failure = await tryOnce(copy, way, ports);
    if (failure === undefined) return;
    if (isStopped(ports)) throw interrupted(checked);
    if (failure.kind === 'wrong-content') wrongContents += 1;
    if (failure.kind === 'rate-limited') onThrottle();
    const renewed = failure.kind === 'unauthorized' && (await ports.copier.renewLogin(checked.job));
    const useful = renewed || isTransient(failure.kind);
    const asked = failure.retryAfterMilliseconds ?? 0;
    if (!useful && refusal === undefined && canCopyBytes(copy, failure)) {
      ports.log.debug(`${failure.message}; copying it byte by byte`);
      [refusal, before] = [failure, undefined];
      continue;
    }
    const isOver = tries.attempts > retries || wrongContents > mostWrongContents || asked > longestAsked;
    if (!useful || isOver) {
      if (refusal !== undefined) ports.log.debug(failure.message);
      throw refusal ?? failure;
    }
    if (!renewed) pause = nextPause(pause, limits, ports.random());
    const wait = renewed ? 0 : Math.max(pause, asked);
    const [tag = ''] = checked.missing;
    const when = `trying again in ${(wait / 1000).toFixed(1)} s`;
    ports.log.warn(`${destinationName(checked.job, tag)}: ${messageOf(failure)}; ${when}`);
    await ports.pause(wait).catch(() => {
      throw interrupted(checked);
    });
    before = failure;
  }
}

/** What the copying program refuses for good: the kind of the content, or a login that it does not know how to use. */
const isRefusedByCopier: readonly FailureKind[] = ['unsupported', 'refused', 'unauthorized', 'denied'];

/** The last way: indexes within indexes are copied so, and images of registries whose dialect only this program knows. */
function canCopyBytes({ checked }: ImageCopy, { kind }: SyncFailure): boolean {
  return isRefusedByCopier.includes(kind) && !isReferrerTag(checked.missing[0] ?? '');
}

interface Way {
  /** Whether all blobs are uploaded before, whatever the destination says to have. */
  readonly upload: boolean;
  readonly byBytes: boolean;
}

async function tryOnce(copy: ImageCopy, way: Way, ports: SyncPorts): Promise<SyncFailure | undefined> {
  const { checked, blobs } = copy;
  try {
    if (way.upload) await uploadBlobs(checked.job, blobs, ports);
    await copyAndVerify(copy, way.byBytes, ports);
    return undefined;
  } catch (error) {
    if (error instanceof SyncFailure) return error;
    throw error;
  }
}

async function copyAndVerify(
  { checked, blobs, arrived }: ImageCopy,
  byBytes: boolean,
  ports: SyncPorts,
): Promise<void> {
  const { job, missing, presentTag } = checked;
  const [first = ''] = missing;
  if (presentTag === undefined) {
    await mountCopied({ blobs, destination: job.destination }, { arrived }, ports);
    if (byBytes || isReferrerTag(first)) await putContent(job, first, ports);
    else await ports.copier.copy(job, first);
  }
  const manifest = await proveCopy(job, presentTag ?? first, ports);
  const registry = ports.destination(job.destination.host);
  const further = presentTag === undefined ? missing.slice(1) : missing;
  await mapConcurrently(further, tagsAtOnce, async (tag) => {
    await registry.tag(job.destination.path, tag, manifest);
    const head = await registry.head(job.destination.path, tag);
    if (head?.digest === job.digest) return;
    throw new SyncFailure(
      'wrong-content',
      `proving ${destinationName(job, tag)}: the tag does not have the planned digest`,
    );
  });
}

/** Asked for as a tag of its own, a signature is still no image. */
async function putContent(job: CopyJob, tag: string, ports: SyncPorts): Promise<void> {
  const manifest = await copyContent(job, ports);
  await ports.destination(job.destination.host).tag(job.destination.path, tag, manifest);
}

function isStopped({ signal }: SyncPorts): boolean {
  return signal.aborted;
}

function interrupted({ job, missing }: CheckedJob): SyncFailure {
  const [tag = ''] = missing;
  return new SyncFailure('interrupted', `copying ${destinationName(job, tag)}: the run was stopped`);
}
