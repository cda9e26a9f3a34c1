import { TaskError } from '../../domain/core/errors.ts';
import type { ExportEntry, ExportState } from '../../domain/exports/export-entry.ts';
import { imageOf } from '../../domain/exports/export-record.ts';
import { parseImageReference, type ImageLocation } from '../../domain/oci/image-location.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { IfExists } from '../images/copy/check-destination.ts';
import type { ArchivePorts, PushArchivePorts, WriteArchivePorts } from '../images/archive/ports.ts';
import { pushImageArchive } from '../images/archive/push-image-archive.ts';
import { readImageArchive, type ArchiveContent } from '../images/archive/read-image-archive.ts';
import { writeImageArchive } from '../images/archive/write-image-archive.ts';

/** @throws TaskError `invalid-param` unless the export has an image that can be used */
export function assertReady({ id, namespace, message }: ExportEntry, state: ExportState): void {
  if (state === 'ready') return;
  const why = message === '' ? '' : `: ${message}`;
  throw new TaskError('invalid-param', `using export ${namespace}/${id}: its state is ${state}${why}`, {
    remedy: 'Give an export with the state ready. `crane-tasks exports list` shows the states.',
  });
}

/**
 * Writes the image of an export to a file that is an image layout and, at the same time, what `docker load` reads. All
 * digests are those of the registry.
 * @throws SyncFailure, TaskError as `writeImageArchive`
 */
export async function archiveExport(
  entry: ExportEntry,
  file: string,
  ports: WriteArchivePorts,
): Promise<Outcome<'manifest-digest' | 'config-digest', 'exports'>> {
  const { host, path, tag } = imageOf(entry);
  const source = { host, path, tag, digest: entry.digest };
  const report = await writeImageArchive([{ source, tags: [tag] }], file, ports);
  const [image] = report.images;
  const { manifestDigest = '', configDigest = '' } = image ?? {};
  return {
    items: [
      {
        id: `${entry.namespace}/${entry.id}`,
        outcome: 'done',
        reason: 'archived',
        evidence: { file, bytes: report.bytes, manifest: manifestDigest, config: configDigest },
      },
    ],
    results: { 'manifest-digest': manifestDigest, 'config-digest': configDigest },
    summary: `wrote ${entry.image} with the digest ${manifestDigest} to ${file}`,
  };
}

export interface LoadRequest {
  readonly file: string;
  /** `registry/repository[:tag]`; undefined: the name that the image has in the archive. */
  readonly destination: string | undefined;
}

/** An archive with one image, and where the image is pushed to. */
export interface OpenedArchive {
  readonly content: ArchiveContent;
  readonly destination: ImageLocation;
}

/**
 * Opens the archive of one image, as `exports archive`, `docker save` or `podman save` wrote it, also with gzip.
 * @throws TaskError `invalid-file` for an archive without or with several images, `invalid-param` for the destination
 */
export async function openExportArchive(request: LoadRequest, ports: ArchivePorts): Promise<OpenedArchive> {
  const content = await readImageArchive(request.file, ports);
  try {
    return { content, destination: destinationOf(request, content) };
  } catch (error) {
    await content.close();
    throw error;
  }
}

function destinationOf({ file, destination }: LoadRequest, { images }: ArchiveContent): ImageLocation {
  if (images.length !== 1)
    throw new TaskError('invalid-file', `reading ${file}: expected one image, got ${String(images.length)}`, {
      remedy: 'Write an archive of one image, with `exports archive` or `docker save IMAGE`.',
    });
  const text = destination ?? images[0]?.names[0] ?? '';
  const { host, path = '', tag, digest } = parseImageReference(text) ?? {};
  if (host !== undefined && digest === undefined) return { host, path, tag };
  throw new TaskError(
    'invalid-param',
    `loading ${file}: expected a destination registry/repository:tag, got ${JSON.stringify(text)}`,
    { remedy: 'Give --destination-image=registry.example.com/team/name:tag.' },
  );
}

/**
 * Pushes the image of an archive. With the manifest of the archive its digest is kept. The classic form of `docker save`
 * has no manifest: the image keeps its configuration and so its image id, and gets another manifest digest.
 * @throws SyncFailure, TaskError as `pushImageArchive`
 */
export async function loadExport(
  { content, destination }: OpenedArchive,
  ifExists: IfExists,
  ports: PushArchivePorts,
): Promise<Outcome<'manifest-digest' | 'config-digest', 'exports'>> {
  const [pushed] = await pushImageArchive(content, [{ image: '@0', destination, ifExists }], ports);
  if (pushed === undefined) throw new Error('one target gives one image');
  const { digest, previousDigest, configDigest, outcome } = pushed;
  const isKept = digest === previousDigest;
  const { host, path, tag } = destination;
  const id = `${host}/${path}${tag === undefined ? '' : `:${tag}`}`;
  const message = isKept
    ? `digest ${digest}`
    : `the same configuration ${configDigest}; the manifest has the digest ${digest}, because the archive has none`;
  const reason = outcome === 'pushed' ? (isKept ? 'loaded' : 'loaded-other-digest') : 'present';
  return {
    items: [
      {
        id,
        outcome: outcome === 'skipped' ? 'skipped' : 'done',
        reason,
        message,
        evidence: { manifest: digest, config: configDigest },
      },
    ],
    results: { 'manifest-digest': digest, 'config-digest': configDigest },
    summary: `${outcome} ${id}: ${message}`,
  };
}
