import { describe, expect, it } from 'vitest';

import {
  lostByTools,
  parseTools,
  parseToolsWithoutShell,
} from '../../../../src/domain/containerize/container-tools.ts';

const all = ['tar', 'find', 'head', 'stat', 'xargs', 'readlink', 'sha256sum', 'tee', 'wc', '/dev/fd', '-printf'];

function output(has: readonly string[], version: string, { help = '', mounts = '' } = {}): string {
  const found = has.map((name) => `has ${name}\n`).join('');
  return `${found}part version\n${version}\npart help\n${help}\npart mounts\n${mounts}`;
}

describe('the programs of a container', () => {
  it('can do everything with those of GNU', () => {
    const tools = parseTools(output(all, 'tar (GNU tar) 1.34', { help: '  --sparse\n  --xattrs\n' }));
    expect(tools).toEqual({
      tar: 'gnu',
      listing: 'printf',
      hasShell: true,
      keepsAttributes: true,
      knowsHoles: true,
      confirms: true,
      mounts: undefined,
      missing: [],
    });
    expect(lostByTools(tools)).toEqual([]);
  });

  it('lose attributes, holes and fractions with those of busybox', () => {
    const tools = parseTools(
      output(
        all.filter((name) => name !== '-printf'),
        'tar (busybox) 1.35.0',
      ),
    );
    expect(tools).toMatchObject({ tar: 'busybox', listing: 'stat', keepsAttributes: false, missing: [] });
    expect(lostByTools(tools)).toHaveLength(3);
  });

  it.each([
    [['head'], 'sh: tar: not found', ['tar', 'find']],
    [['tar', 'find', '-printf'], 'tar (GNU tar) 1.34', ['head']],
    [['tar', 'find', 'head', 'stat'], 'tar (GNU tar) 1.34', ['stat, xargs and readlink']],
    [['tar', 'find', 'head', '-printf'], 'bsdtar 3.6.2', ['GNU tar or the tar of busybox']],
  ])('are missing with %j', (has, version, missing) => {
    expect(parseTools(output(has, version))).toMatchObject({ missing, confirms: false });
  });

  it('know the mount points', () => {
    const mounts = '22 1 0:21 / / rw - overlay overlay rw\n23 22 0:22 / /a\\040b\\134 rw - tmpfs tmpfs rw\n';
    expect(parseTools(output(all, '', { mounts })).mounts).toEqual(['/', '/a b\\']);
  });

  it('are all missing where nothing was printed', () => {
    expect(parseTools('')).toMatchObject({ tar: undefined, listing: undefined, missing: ['tar', 'find', 'head'] });
  });
});

describe('programs without a shell', () => {
  const gnu = { listing: 'has -printf', version: 'tar (GNU tar) 1.35', help: '  --sparse\n  --xattrs\n' };

  it('can do everything but confirm with those of GNU', () => {
    const tools = parseToolsWithoutShell(gnu);
    expect(tools).toMatchObject({ tar: 'gnu', listing: 'printf', hasShell: false, confirms: false, missing: [] });
    expect(lostByTools(tools)).toEqual([]);
  });

  it.each([
    [{ ...gnu, listing: '' }, ['GNU find']],
    [{ ...gnu, version: 'tar (busybox) 1.35.0' }, ['GNU tar']],
    [{ listing: '', version: '', help: '' }, ['GNU tar', 'GNU find']],
  ])('are missing with %j', (outputs, missing) => {
    expect(parseToolsWithoutShell(outputs).missing).toEqual(missing);
  });
});
