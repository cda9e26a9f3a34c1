import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { shortDigest } from '../clusters/image-store.ts';
import { cacheFolder, repositoryRoot } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import { runProgram } from '../clusters/run-program.ts';

const requirements = path.join(repositoryRoot, 'testbed/notebook/packages.txt');
/** Of a notebook server, whatever Python this computer has. */
const platform = ['--platform=manylinux2014_x86_64', '--python-version=3.13', '--implementation=cp', '--abi=abi3'];

/**
 * A folder of real packages from PyPI, installed by pip: the one in the cache, or a new one. Files must not be changed.
 * @returns its path
 */
export async function installRealPackages(): Promise<string> {
  const folder = path.join(cacheFolder(), 'packages', shortDigest([await readFile(requirements, 'utf8'), ...platform]));
  if (existsSync(folder)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  try {
    const only = ['--require-hashes', '--only-binary=:all:', '--no-deps', ...platform];
    const install = ['-m', 'pip', 'install', '--quiet', '--no-compile', ...only, `--target=${fresh}`];
    await timed('install packages of PyPI', () => runProgram('python3', [...install, `--requirement=${requirements}`]));
    // Another process may have installed the same meanwhile.
    if (!existsSync(folder)) await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}
