import { pushedItems, readItems } from '../../domain/containerize/report-items.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import { imageOf, type StoredExport } from '../../domain/exports/export-record.ts';
import type { ExportStore } from '../exports/export-store.ts';
import type { ImageSummary } from '../../domain/schemas/documents.ts';
import { failExport, finishExport } from '../exports/export-run.ts';
import { describeHelper, findLeftHelpers, removeHelpers, waitForRemoval } from '../exports/remove-helpers.ts';
import { keepExportAlive, type ExportKeeper } from '../exports/keep-export-alive.ts';
import { beginExport } from './begin-export.ts';
import { openCapture } from './capture-areas.ts';
import { withOpenAreas, type OpenAreas } from './open-areas.ts';
import { describeImageOf } from './describe-image.ts';
import { makeImage, type MadeImage } from './make-image.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizeOutcome, ContainerizePorts, ContainerizeRequest } from './ports.ts';
import { publishDocuments, publishImage } from './publish-image.ts';
import { withSameContainer } from './same-container.ts';
import { summarizeExport } from './summarize-export.ts';

interface Run {
  readonly request: ContainerizeRequest;
  readonly planned: PlannedImage;
  readonly store: ExportStore;
  readonly stored: StoredExport;
  readonly keeper: ExportKeeper;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** Records an export, makes its image and pushes it. The record is `failed` when this throws or nothing was pushed. */
export async function runExport(
  request: ContainerizeRequest,
  planned: PlannedImage,
  ports: ContainerizePorts,
): Promise<ContainerizeOutcome> {
  const store = { ...ports.exports, namespace: request.namespace };
  const stored = await beginExport({ request, planned }, store, ports);
  const keeper = keepExportAlive(store, stored, ports);
  const run = { request, planned, store, stored, keeper, startedAt: new Date(store.now()).toISOString() };
  const { outcome, summary } = await endRecord(run, ports);
  await ports.writeSummary(summary);
  return outcome;
}

/** How an export ended. Its record says so already: an error from now on does not change it. */
interface EndedExport {
  readonly outcome: ContainerizeOutcome;
  readonly summary: ImageSummary;
}

async function endRecord(run: Run, ports: ContainerizePorts): Promise<EndedExport> {
  try {
    await removeLeft(run, ports);
    const made = await withSameContainer(run.planned, () => make(run, ports), ports);
    try {
      return await publish(run, made, ports);
    } finally {
      await made.close();
    }
  } catch (error) {
    await fail(run, messageOf(error), ports);
    throw error;
  }
}

/** Of this export and of others whose runs were killed. @throws TaskError `timeout` when they do not go; ClusterStatusError */
async function removeLeft({ store, stored }: Run, { log, push }: ContainerizePorts): Promise<void> {
  const left = await findLeftHelpers(store, stored.entry.id);
  for (const each of left) log.warn(`removing ${describeHelper(each)}, which a killed run left`);
  await removeHelpers(store.cluster, left);
  const still = await waitForRemoval(left, { ...store, sleep: push.pause });
  if (still.length === 0) return;
  const names = still.map(describeHelper).join(', ');
  throw new TaskError('timeout', `removing what a killed run left: ${names} was deleted and is still there`, {
    remedy: 'Look for finalizers and for pods that use it, then run again.',
  });
}

async function fail({ store, keeper }: Run, message: string, { log }: ContainerizePorts): Promise<void> {
  try {
    await failExport(store, await keeper.stop(), message);
  } catch (error) {
    log.warn(messageOf(error));
  }
}

/** An image with what was done to read its files. */
type MadeRun = MadeImage & { readonly items: ContainerizeOutcome['items'] };

async function make(run: Run, ports: ContainerizePorts): Promise<MadeRun> {
  const { request, planned, stored } = run;
  const opened = await withOpenAreas(
    { request, planned, id: stored.entry.id },
    (areas) => makeFrom(run, areas, ports),
    ports,
  );
  return { ...opened.result, items: opened.items };
}

function makeFrom(run: Run, areas: OpenAreas, ports: ContainerizePorts): Promise<MadeImage> {
  const { request, planned, stored } = run;
  const { plan, passwd, base } = planned;
  const { host, path, tag } = imageOf(stored.entry);
  return makeImage(
    {
      request,
      plan,
      base,
      exportId: stored.entry.id,
      secrets: planned.secrets,
      capture: openCapture(planned, areas, ports),
      describe: ({ digest, packages }) =>
        describeImageOf({ ...run, ...planned }, { image: { host, path, tag, digest }, packages }, ports),
      passwd,
    },
    ports,
  );
}

async function publish(run: Run, made: MadeRun, ports: ContainerizePorts): Promise<EndedExport> {
  const { request, planned, store, stored, keeper } = run;
  const { plan, base } = planned;
  const items = [...made.items, ...readItems(plan, made, request.allowIncomplete)];
  const failures = items.filter(({ outcome }) => outcome === 'failed');
  if (failures.length > 0) return refuse(run, { made, items }, ports);
  keeper.lost.throwIfAborted();
  // Before the push, so that what a killed run has pushed can be found.
  await keeper.note({ digest: made.documents.manifest.digest });
  const image = await publishImage({ image: made, base, destination: imageOf(stored.entry) }, ports);
  const refused = await publishDocuments(image, made, ports);
  const { entry } = await finishExport(store, await keeper.stop(), {
    digest: image.digest,
    size: image.size,
    isPublic: image.isPublic,
  });
  const name = formatImageName(image);
  const outcome: ContainerizeOutcome = {
    items: [...pushedItems({ plan, made, image, refused }), ...items],
    results: {
      image: name,
      digest: image.digest,
      export: entry.id,
      IMAGES: formatImageName({ host: image.host, path: image.path, digest: image.digest }),
    },
    summary: `pushed ${name}; start it with the output of: exports run-command ${entry.id}`,
  };
  return { outcome, summary: summarizeExport({ planned, made, entry, image, refused }, ports) };
}

async function refuse(
  run: Run,
  { made, items }: { readonly made: MadeImage; readonly items: ContainerizeOutcome['items'] },
  ports: ContainerizePorts,
): Promise<EndedExport> {
  const { stored, planned } = run;
  const failed = items.filter(({ outcome }) => outcome === 'failed');
  const isSecret = failed.some(({ reason }) => reason === 'secret-found');
  const what = `${isSecret ? 'the scan found secrets' : 'files could not be read as they are'}: ${namesOf(failed)}`;
  await fail(run, `nothing was pushed: ${what}`, ports);
  const summary = summarizeExport({ planned, made, entry: stored.entry, image: undefined, refused: undefined }, ports);
  const outcome: ContainerizeOutcome = {
    items,
    results: { image: '', digest: '', export: stored.entry.id, IMAGES: '' },
    summary: `nothing was pushed for ${planned.plan.workload.name}: ${what}`,
    remedy: isSecret
      ? 'Remove the secrets from the files, leave the paths out with exclude-paths, or accept findings in allow-findings.'
      : 'Stop the programs that write to the files, give the right to read them, or set allow-incomplete to true.',
  };
  return { outcome, summary };
}

const named = 3;

/** The report has all of them. */
function namesOf(items: ContainerizeOutcome['items']): string {
  const rest = items.length > named ? `, and ${String(items.length - named)} more` : '';
  const names = items.slice(0, named).map(({ id, reason }) => `${id} (${reason})`);
  return `${names.join(', ')}${rest}`;
}
