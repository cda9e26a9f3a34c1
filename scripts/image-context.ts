import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface ImageContextInput {
  /** Folder to make; replaced when it exists. */
  readonly folder: string;
  /** Path of the kubectl binary for the image's platform. */
  readonly kubectl: string;
}

/**
 * Lays out the build context of images/task-runner: the Dockerfile, Node and kubectl under bin/, the bundles under crane-tasks/.
 * Node's binary comes from the npm package `node`, so nothing is downloaded at image build besides Debian packages.
 */
export async function makeImageContext({ folder, kubectl }: ImageContextInput): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile('images/task-runner/Dockerfile', join(folder, 'Dockerfile'));
  await copyFile('node_modules/node/bin/node', join(folder, 'bin', 'node'));
  await copyFile(kubectl, join(folder, 'bin', 'kubectl'));
  await Promise.all(['node', 'kubectl'].map((name) => chmod(join(folder, 'bin', name), 0o755)));
  await cp('dist', join(folder, 'crane-tasks'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
}
