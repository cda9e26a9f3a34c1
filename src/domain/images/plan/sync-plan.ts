import { parseDocument } from '../../core/parse-document.ts';
import { formatImageName, type ImageLocation } from '../../oci/image-location.ts';
import type {
  PlannedImage as ImageRecord,
  SyncPlan as PlanRecord,
  UnpinnedImage as UnpinnedRecord,
} from '../../schemas/documents.ts';
import { validateSyncPlan } from '../../schemas/validators/plan.ts';

/** A record of the plan file, with its two repositories split. */
type Located<R extends ImageRecord | UnpinnedRecord> = Omit<R, 'source' | 'destination'> & {
  readonly source: ImageLocation;
  readonly destination: ImageLocation;
};

export type PlannedImage = Located<ImageRecord>;
/** A tag whose digest the export does not have. */
export type UnpinnedImage = Located<UnpinnedRecord>;

/** The images to copy, with what is left out and why. */
export interface SyncPlan extends Omit<PlanRecord, 'images' | 'unpinned'> {
  readonly images: readonly PlannedImage[];
  readonly unpinned?: readonly UnpinnedImage[];
}

/**
 * Reads a plan.
 * @param file path of the file, for messages
 * @throws TaskError `invalid-file`
 */
export function parseSyncPlan(text: string, file: string): SyncPlan {
  const document = { name: `the image plan ${file}`, remedy: 'Plan the images again.' };
  const { unpinned, ...plan } = parseDocument(text, validateSyncPlan, document);
  const images = plan.images.map(splitRecord);
  return unpinned === undefined ? { ...plan, images } : { ...plan, images, unpinned: unpinned.map(splitRecord) };
}

/** The text of a plan: two blanks of indentation, one trailing newline, identical for identical plans. */
export function formatSyncPlan(plan: SyncPlan): string {
  const { unpinned } = plan;
  const images = plan.images.map(joinRecord);
  const record: unknown = {
    ...plan,
    images,
    ...(unpinned === undefined ? {} : { unpinned: unpinned.map(joinRecord) }),
  };
  return JSON.stringify(record, undefined, 2) + '\n';
}

/** The tag that an image without one gets at the destination. */
export function tagOfDigest(digest: string): string {
  return `digest-${digest.slice(digest.indexOf(':') + 1).slice(0, 16)}`;
}

function splitRecord<R extends ImageRecord | UnpinnedRecord>(record: R): Located<R> {
  return { ...record, source: splitRepository(record.source), destination: splitRepository(record.destination) };
}

function joinRecord(image: PlannedImage | UnpinnedImage): unknown {
  return { ...image, source: formatImageName(image.source), destination: formatImageName(image.destination) };
}

// A plan names registries always, so the first part is one even when it has no dot.
function splitRepository(name: string): ImageLocation {
  const slash = name.indexOf('/');
  return { host: name.slice(0, slash), path: name.slice(slash + 1) };
}
