import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

/** A clone on this computer from which commits reach a bare repository. */
export interface GitClone {
  readonly path: string;
  /** Runs git in the clone. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Commits these files and no others, pushes to a branch and returns the id. A text that begins with `-> ` is a link. */
  readonly commit: (files: Readonly<Record<string, string>>, branch?: string) => Promise<string>;
}

/** Makes an empty clone in a folder. */
export async function cloneOf(repository: string, path: string): Promise<GitClone> {
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgSign=false'];
  const git: GitClone['git'] = async (...args) => (await execa('git', ['-C', path, ...person, ...args])).stdout;
  await execa('git', ['init', '--quiet', '--initial-branch=main', path]);
  await git('remote', 'add', 'origin', repository);
  return {
    path,
    git,
    commit: async (files, branch = 'main') => {
      await git('rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.');
      for (const [name, text] of Object.entries(files)) await writeEntry(join(path, name), text);
      await git('add', '--all', '--force', '.');
      await git('commit', '--quiet', '--allow-empty', '-m', 'change');
      await git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Writes a file, an executable one if it begins with `#!`, or a link. */
export async function writeEntry(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  if (text.startsWith('-> ')) return symlink(text.slice('-> '.length), file);
  await writeFile(file, text);
  if (text.startsWith('#!')) await chmod(file, 0o755);
}
