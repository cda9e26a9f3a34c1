import { summarizeImage } from '../../domain/containerize/summary.ts';
import type { ExportEntry } from '../../domain/exports/export-entry.ts';
import { formatRunLine } from '../../domain/exports/run-command.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import type { ImageSummary } from '../../domain/schemas/documents.ts';
import type { MadeImage } from './make-image.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts } from './ports.ts';
import type { PublishedImage } from './publish-image.ts';

export interface ExportFacts {
  readonly planned: PlannedImage;
  readonly made: MadeImage;
  readonly entry: ExportEntry;
  /** Undefined when nothing was pushed. */
  readonly image: PublishedImage | undefined;
  /** Why the documents about the image could not be pushed. */
  readonly refused: string | undefined;
}

/** Paths in one sentence. */
const mostNamed = 5;

/** What an image has and what was left out, for the report. */
export function summarizeExport(
  { planned, made, entry, image, refused }: ExportFacts,
  { version, exports }: Pick<ContainerizePorts, 'version' | 'exports'>,
): ImageSummary {
  const { plan, base } = planned;
  const { host, path, tag } = base.source;
  return summarizeImage({
    version,
    created: new Date(exports.now()).toISOString(),
    plan,
    image: {
      name: entry.image,
      digest: image?.digest ?? '',
      platform: base.platform,
      baseSize: base.layers.reduce((sum, { size }) => sum + size, 0),
    },
    isPublic: image?.isPublic,
    base: formatImageName({ host, path, tag, digest: base.source.digest }),
    layers: made.layers.map(({ digest, size, plan: layer }) => ({
      digest,
      stored: size,
      entries: layer.entries.map(({ entry: file }) => file),
    })),
    leftOut: [
      ...made.notes,
      ...made.inconsistent.map(({ path: file, reason }) => ({ path: file, reason, detail: '' })),
      ...made.refused.map((file) => ({ path: file, reason: 'invalid-name', detail: '' })),
    ],
    findings: made.scan.findings,
    packages: made.packages,
    warnings: [
      ...made.documents.removedVolumes.map(
        (volume) =>
          `The volume ${volume} of the base image is not declared any more: it would hide files of the image.`,
      ),
      ...(made.ownerOnly.length === 0
        ? []
        : [
            `Other users than that of the image and group 0 cannot read ${made.ownerOnly.slice(0, mostNamed).join(', ')}${made.ownerOnly.length > mostNamed ? ' and others, which the report lists' : ''}. Give these files rights for others to start the image under any user id and group.`,
          ]),
      ...(refused === undefined ? [] : [`The documents about the image were not pushed: ${refused}`]),
      ...(image === undefined ? ['Nothing was pushed.'] : []),
    ],
    runCommand: image === undefined ? '' : formatRunLine('docker', entry),
  });
}
