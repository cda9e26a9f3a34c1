import { join } from 'node:path';

import { makeRunnerContext, makeRuntimeContext } from '../../../scripts/image-context.ts';
import { buildImage, loadForBuild, pushImage, type BuiltImage } from '../../cluster/image-store.ts';
import { debianForBuild } from '../../cluster/images.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../cluster/places.ts';
import { programPath } from '../../cluster/programs.ts';

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
export async function buildTransferImage(): Promise<BuiltImage> {
  const folder = join(checkoutCacheFolder, 'transfer-runner');
  await makeRunnerContext(folder);
  const runtime = await loadForBuild(await buildTransferRuntime());
  return buildImage({ name: 'transfer', folder, buildArgs: { BASE_IMAGE: runtime } });
}

async function buildTransferRuntime(): Promise<BuiltImage> {
  const debian = await debianForBuild();
  const folder = join(checkoutCacheFolder, 'transfer-task-runtime');
  await makeRuntimeContext(folder, programPath('kubectl'));
  const runtime = await buildImage({ name: 'task-runtime', folder, buildArgs: { BASE_IMAGE: debian } });
  return buildImage({
    name: 'transfer-runtime',
    folder: join(repositoryRoot, 'images/transfer'),
    buildArgs: { BASE_IMAGE: debian, RUNTIME_IMAGE: await loadForBuild(runtime) },
  });
}
