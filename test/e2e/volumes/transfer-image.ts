import { buildListedImage } from '../../../scripts/images/build-images.ts';
import { ownPlatform } from '../../../scripts/images/programs-of-platform.ts';
import { pushImage, type BuiltImage } from '../../../testbed/clusters/image-store.ts';

/**
 * Builds the image of the helper pods from the present bundle and pushes it to both clusters.
 * Gives the reference by which the nodes of either pull it.
 */
export async function loadTransferImage(): Promise<string> {
  const image = await buildTransferImage();
  const target = `platform/transfer:${image.tag}`;
  await pushImage(image, 'source', target);
  return pushImage(image, 'destination', target);
}

/** Builds the image of the helper pods from the present bundle. */
export function buildTransferImage(): Promise<BuiltImage> {
  return buildListedImage('transfer', ownPlatform);
}
