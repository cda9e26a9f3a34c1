import { chmod, copyFile, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Lays out the build context of images/task-runtime: Node's binary comes from the npm package `node`, so nothing is
 * downloaded at image build besides Debian packages.
 */
export async function makeRuntimeContext(folder: string, kubectl: string): Promise<void> {
  await makeFolder(folder);
  await cp('images/task-runtime', folder, { recursive: true });
  await copyFile('node_modules/node/bin/node', join(folder, 'bin', 'node'));
  await copyFile(kubectl, join(folder, 'bin', 'kubectl'));
  await Promise.all(['node', 'kubectl'].map((name) => chmod(join(folder, 'bin', name), 0o755)));
}

/** Lays out the build context of images/task-runner: the bundles, and the command's name on the path. */
export async function makeRunnerContext(folder: string): Promise<void> {
  await makeFolder(folder);
  await copyFile('images/task-runner/Dockerfile', join(folder, 'Dockerfile'));
  await cp('dist', join(folder, 'opt', 'crane-tasks'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
  await symlink('/opt/crane-tasks/crane-tasks.mjs', join(folder, 'bin', 'crane-tasks'));
}

async function makeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
}
