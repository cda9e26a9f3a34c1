import { chmod, copyFile, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Programs of one platform that come from elsewhere than Debian. */
export interface Programs {
  readonly node: string;
  readonly kubectl: string;
}

/**
 * Lays out the build context of images/task-runtime: Node's binary comes from npm, so nothing is downloaded at image build
 * besides Debian packages.
 */
export async function makeRuntimeContext(folder: string, programs: Programs): Promise<void> {
  await makeFolder(folder);
  await cp('images/task-runtime', folder, { recursive: true });
  for (const name of ['node', 'kubectl'] as const) {
    await copyFile(programs[name], join(folder, 'bin', name));
    await chmod(join(folder, 'bin', name), 0o755);
  }
}

/** Lays out the build context of images/transfer, which collects its programs as the runtime does. */
export async function makeTransferContext(folder: string): Promise<void> {
  await makeFolder(folder);
  await copyFile('images/transfer/Dockerfile', join(folder, 'Dockerfile'));
  for (const script of ['collect-packages', 'collect-programs'])
    await copyFile(join('images/task-runtime', script), join(folder, script));
}

/** Lays out the build context of images/task-runner: the bundles, the command's name on the path, the list of contents. */
export async function makeRunnerContext(folder: string, contents: string): Promise<void> {
  await makeFolder(folder);
  await copyFile('images/task-runner/Dockerfile', join(folder, 'Dockerfile'));
  await cp('dist', join(folder, 'opt', 'crane-tasks'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
  await symlink('/opt/crane-tasks/crane-tasks.mjs', join(folder, 'bin', 'crane-tasks'));
  await mkdir(join(folder, 'share/crane-tasks'), { recursive: true });
  await writeFile(join(folder, 'share/crane-tasks/contents.cdx.json'), contents);
}

async function makeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
}
