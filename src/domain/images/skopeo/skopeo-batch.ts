import type { BatchPlace } from '../copy/copy-batch.ts';
import type { CopyJob } from '../copy/copy-job.ts';
import { sideArguments, type SkopeoSide } from './skopeo-arguments.ts';

export interface SkopeoBatch {
  readonly place: BatchPlace;
  /** Path of the source file. */
  readonly sourceFile: string;
  readonly source: SkopeoSide;
  readonly destination: SkopeoSide;
}

/**
 * Arguments of `skopeo sync`, good for skopeo 1.9 to 1.18 (skopeo-sync(1)). All platforms and unchanged digests; an image
 * that fails does not end the others.
 */
export function skopeoBatchArguments({ place, sourceFile, source, destination }: SkopeoBatch): readonly string[] {
  return [
    '--insecure-policy',
    'sync',
    '--all',
    '--preserve-digests',
    '--keep-going',
    '--src=yaml',
    '--dest=docker',
    ...sideArguments('src', source),
    ...sideArguments('dest', destination),
    sourceFile,
    `${place.destinationHost}/${place.folder}`,
  ];
}

/**
 * The source file of a batch (skopeo-sync(1), "YAML file content"; JSON is YAML). It names digests, so that no tag can
 * change what is copied. What it says of TLS counts instead of the arguments.
 */
export function formatBatchSource(jobs: readonly CopyJob[], host: string, side: SkopeoSide): string {
  const digests = new Map<string, string[]>();
  for (const { source, digest } of jobs) digests.set(source.path, [...(digests.get(source.path) ?? []), digest]);
  const images = Object.fromEntries(digests);
  const folder = side.certificateFolder === undefined ? {} : { 'cert-dir': side.certificateFolder };
  return JSON.stringify({ [host]: { 'tls-verify': side.verifyTls, ...folder, images } });
}
