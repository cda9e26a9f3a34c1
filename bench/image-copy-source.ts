import { randomBytes } from 'node:crypto';

import { buildImage, buildLayer, pushImage, type BuiltImage } from '../test/fakes/oci-images.ts';

const mebibyte = 1024 * 1024;
const sharedLayers = 3;
const sharedBytes = 5 * mebibyte;

/** What is left of an image after it was pushed: a large process takes long to start another one. */
export type ImageName = Pick<BuiltImage, 'digest' | 'mediaType'>;

/** What the source has. */
export interface SourceSize {
  readonly repositories: number;
  /** How many layers an image has for itself. */
  readonly ownLayers: number;
  /** Size of each of them, in MiB. */
  readonly ownMebibytes: number;
}

/** Fills a registry with images of random bytes: three layers in common, others of their own. */
export async function fillSource(
  host: string,
  { repositories, ownLayers, ownMebibytes }: SourceSize,
): Promise<readonly ImageName[]> {
  const shared = Array.from({ length: sharedLayers }, (_, number) =>
    buildLayer(`base-${String(number)}`, randomBytes(sharedBytes)),
  );
  const images: ImageName[] = [];
  for (let number = 0; number < repositories; number += 1) {
    const own = Array.from({ length: ownLayers }, (_, layer) =>
      buildLayer(`own-${String(layer)}`, randomBytes(ownMebibytes * mebibyte)),
    );
    const image = buildImage([...shared, ...own], `app-${String(number)}`);
    await pushImage(host, `bench/app-${String(number)}:latest`, image);
    images.push({ digest: image.digest, mediaType: image.mediaType });
  }
  return images;
}
