import { publicReason, type PublicCheck } from '../exports/public-check.ts';
import type { Finding } from '../scan/finding.ts';
import type { ScanNote } from '../scan/collect-findings.ts';
import { formatImageName, type PinnedImage } from '../oci/image-location.ts';
import type { Item } from '../reports/outcome.ts';
import { areaOf } from './area-of.ts';
import type { InconsistentFile } from './changed-entries.ts';
import type { ReadNote } from './file-entry.ts';
import type { WrittenLayer } from './layer-writer.ts';
import type { ContainerizePlan, PlannedArea } from './plan.ts';

type ContainerizeItem = Item<'containerize'>;

/** What happened when files were read and scanned. */
export interface ReadOutcome {
  readonly layers: readonly WrittenLayer[];
  readonly notes: readonly ReadNote[];
  readonly inconsistent: readonly InconsistentFile[];
  /** Paths that no layer can have. */
  readonly refused: readonly string[];
  /** Paths of libraries and of the start command that other users than the owner and its group cannot read. */
  readonly ownerOnly: readonly string[];
  readonly documents: { readonly removedVolumes: readonly string[] };
  readonly scan: { readonly findings: readonly Finding[]; readonly notes: readonly ScanNote[] };
}

/** Whether anyone can pull from the repository, as a dry run finds out. */
export function repositoryItem(repository: string, check: PublicCheck): ContainerizeItem {
  return {
    id: `repository ${repository}`,
    outcome: 'skipped',
    reason: check.isPublic ? 'public-repository' : 'private-repository',
    message: publicReason(check),
  };
}

/** Items of a dry run. */
export function plannedItems(plan: ContainerizePlan): readonly ContainerizeItem[] {
  const included = plan.areas.filter((area) => area.included);
  return [...included.map((area) => areaItem(area, 'area-planned', {})), ...leftOutItems(plan)];
}

/**
 * Items of files that are not in the image as they are, and of findings. Failed ones stop the push. Files of the
 * container's own file system that cannot be read stop nothing: they are most often those of the system.
 */
export function readItems(
  plan: ContainerizePlan,
  { notes, inconsistent, refused, ownerOnly, documents, scan }: ReadOutcome,
  allowIncomplete: boolean,
): readonly ContainerizeItem[] {
  const outcome = allowIncomplete ? 'skipped' : 'failed';
  const included = plan.areas.filter((area) => area.included);
  return [
    ...notes.map(({ path, reason, detail }): ContainerizeItem => {
      const isOfSystem = areaOf(path, included)?.kind === 'changed';
      const stops = !isOfSystem && (reason === 'unreadable' || reason === 'invalid-name');
      return { id: `file ${path}`, outcome: stops ? outcome : 'skipped', reason, message: detail };
    }),
    ...inconsistent.map(
      ({ path, reason, isDatabase }): ContainerizeItem => ({
        id: `file ${path}`,
        outcome,
        reason: reason === 'vanished' ? 'vanished' : reason === 'not-read' ? 'unreadable' : 'changed-while-read',
        message: isDatabase ? 'it is a database, which may be unreadable in the image' : 'see the reason',
      }),
    ),
    ...refused.map((path): ContainerizeItem => ({ id: `file ${path}`, outcome, reason: 'invalid-name' })),
    ...ownerOnly.map((path): ContainerizeItem => ({ id: `file ${path}`, outcome: 'skipped', reason: 'owner-only' })),
    ...documents.removedVolumes.map(
      (path): ContainerizeItem => ({ id: `volume ${path}`, outcome: 'skipped', reason: 'volume-removed' }),
    ),
    ...scan.findings.map(findingItem),
    ...scan.notes.map(
      ({ place, reason, detail }): ContainerizeItem => ({
        id: `scan of ${place}`,
        outcome: 'skipped',
        reason: 'scan-note',
        message: detail === '' ? reason : `${reason}: ${detail}`,
      }),
    ),
  ];
}

const meanings = {
  blocks: ['failed', 'secret-found'],
  allowed: ['skipped', 'finding-allowed'],
  'known-package-file': ['skipped', 'finding-known-file'],
  'base-image': ['skipped', 'finding-in-base'],
} as const;

function findingItem({ place, detail, rule, weight, reason }: Finding): ContainerizeItem {
  const [outcome, code] = meanings[weight];
  const where = detail === '' ? place : `${place}, ${detail}`;
  return { id: `finding in ${where}`, outcome, reason: code, message: reason === '' ? rule : `${rule}: ${reason}` };
}

export interface PushedFacts {
  readonly plan: ContainerizePlan;
  readonly made: ReadOutcome;
  readonly image: PinnedImage & { readonly size: number; readonly isPublic: boolean | undefined };
  /** Why the documents about the image could not be pushed. */
  readonly refused: string | undefined;
}

/** Items of an image that was pushed. */
export function pushedItems({ plan, made, image, refused }: PushedFacts): readonly ContainerizeItem[] {
  const name = formatImageName(image);
  const { size, isPublic } = image;
  return [
    { id: `image ${name}`, outcome: 'done', reason: 'image-pushed', evidence: { digest: image.digest, bytes: size } },
    ...(isPublic === undefined
      ? []
      : [
          {
            id: `pull of ${name}`,
            outcome: 'done',
            reason: isPublic ? 'public-repository' : 'private-repository',
          } as const,
        ]),
    refused === undefined
      ? { id: `documents about ${name}`, outcome: 'done', reason: 'referrer-pushed' }
      : { id: `documents about ${name}`, outcome: 'skipped', reason: 'referrer-failed', message: refused },
    ...plan.areas
      .filter(({ included }) => included)
      .map((area) => areaItem(area, 'area-included', sizesOf(area, made))),
    ...leftOutItems(plan),
  ];
}

function sizesOf(area: PlannedArea, { layers }: ReadOutcome): ContainerizeItem['evidence'] & object {
  const own = layers.filter((layer) => layer.plan.area === area.name);
  return {
    files: own.reduce((sum, { files }) => sum + files, 0),
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    compressedBytes: own.reduce((sum, { size }) => sum + size, 0),
  };
}

function areaItem(
  { name, path, included, reason: message }: PlannedArea,
  reason: 'area-planned' | 'area-included',
  evidence: ContainerizeItem['evidence'] & object,
): ContainerizeItem {
  const id = `area ${name} ${path}`;
  if (!included) return { id, outcome: 'skipped', reason: 'area-left-out', message };
  return { id, outcome: reason === 'area-planned' ? 'skipped' : 'done', reason, message, evidence };
}

function leftOutItems({ areas, never, outside, dropped }: ContainerizePlan): readonly ContainerizeItem[] {
  return [
    ...areas.filter(({ included }) => !included).map((area) => areaItem(area, 'area-included', {})),
    ...never.map(
      ({ path, reason: message }): ContainerizeItem => ({
        id: `path ${path}`,
        outcome: 'skipped',
        reason: 'never-included',
        message,
      }),
    ),
    ...outside.map(
      ({ path, loader, bytes, reason: message }): ContainerizeItem => ({
        id: `packages ${path}`,
        outcome: 'skipped',
        reason: 'packages-outside',
        message: `${loader} loads packages from it: ${message}`,
        ...(bytes === undefined ? {} : { evidence: { bytes } }),
      }),
    ),
    ...dropped.map(
      ({ name, reason, source }): ContainerizeItem => ({
        id: `variable ${name}`,
        outcome: 'skipped',
        reason,
        message: source,
      }),
    ),
  ];
}
