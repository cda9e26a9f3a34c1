import { describe, expect, it } from 'vitest';

import {
  observeContainer,
  observePlatform,
  observeSizes,
} from '../../../../src/usecases/containerize/observe-container.ts';

/** A container that answers commands which begin with these words. */
function containerOf(answers: Readonly<Record<string, string>>) {
  const output = (command: readonly string[]): Promise<string | undefined> => {
    const line = command.join(' ');
    const found = Object.entries(answers).find(([start]) => line.startsWith(start));
    return Promise.resolve(found?.[1]);
  };
  return { output, missing: '', warnings: [], files: { list: unused, read: unused } as never };
}

function unused(): never {
  throw new Error('not asked');
}

describe('a container', () => {
  it('says where it keeps packages, and its folders that are there count', async () => {
    const observed = await observeContainer(
      containerOf({
        [String.raw`sh -c printf '%s\n' "$HOME"`]: '/home/u/',
        python3: '/opt/site\nnot a path',
        'sh -c for path': '/opt/site\n/home/u/.local/lib',
      }),
      [],
    );
    expect(observed.home).toBe('/home/u/');
    expect(observed.packageFolders).toEqual([
      { path: '/opt/site', evidence: 'python3 site.getusersitepackages()' },
      { path: '/home/u/.local/lib', evidence: '' },
    ]);
  });

  it('without a shell has no HOME and no package folders', async () => {
    expect(await observeContainer(containerOf({}), [])).toEqual({
      loadPaths: [],
      home: undefined,
      packageFolders: [],
      prefixes: [],
    });
  });

  it('says what its programs load packages from, with sizes', async () => {
    const container = containerOf({
      [String.raw`sh -c printf '%s\n' "$HOME"`]: '/home/u',
      Rscript: '/home/u/R\n/usr/lib/R/library',
      'sh -c for each in /proc': '/srv/extensions',
      'sh -c for path; do if': '/home/u/R\n/srv/extensions\n/home/u/.vscode-server/extensions',
      'sh -c for path; do du': '12\t/home/u/R\nnonsense',
    });
    expect((await observeContainer(container, [])).loadPaths).toEqual([
      { path: '/home/u/R', loader: 'R .libPaths()' },
      { path: '/srv/extensions', loader: 'extensions of an editor' },
      { path: '/home/u/.vscode-server/extensions', loader: 'extensions of an editor' },
    ]);
    expect(await observeSizes(container, ['/home/u/R'])).toEqual(new Map([['/home/u/R', 12_288]]));
    expect(await observeSizes(containerOf({}), [])).toEqual(new Map());
  });

  it('has the platform of its kernel', async () => {
    expect(await observePlatform(containerOf({ uname: 'aarch64' }))).toBe('linux/arm64');
    expect(await observePlatform(containerOf({ uname: 'constructor' }))).toBeUndefined();
    expect(await observePlatform(containerOf({}))).toBeUndefined();
  });
});
