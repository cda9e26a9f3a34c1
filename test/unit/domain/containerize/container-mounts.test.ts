import { describe, expect, it } from 'vitest';

import { mountsOf } from '../../../../src/domain/containerize/container-mounts.ts';
import { looksLikeLibrary } from '../../../../src/domain/containerize/known-folders.ts';

describe('mounts', () => {
  it('know the folder of their claim, and devices', () => {
    const volumes = [
      { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'b', persistentVolumeClaim: {} },
    ];
    const volumeMounts = [
      { name: 'a', mountPath: '/x/', subPath: 'p/q/' },
      { name: 'a', mountPath: '/y', subPathExpr: '$(POD_NAME)' },
      { name: 'b', mountPath: '/z' },
      { name: 'gone' },
      {},
    ];
    const found = mountsOf({ volumes }, { volumeMounts, volumeDevices: [{ devicePath: '/dev/xvda' }, {}] });
    expect(
      found.map(({ path, source, volume }) => [path, source.from === 'claim' ? source.subPath : '', volume]),
    ).toEqual([
      ['/x', 'p/q', 'claim data'],
      ['/y', '', 'claim data'],
      ['/z', '', 'claim '],
      ['/', '', 'volume of kind unknown'],
      ['/', '', 'volume of kind unknown'],
      ['/dev/xvda', '', 'block device'],
      ['/', '', 'block device'],
    ]);
  });

  it.each([
    ['/app-library', true],
    ['/opt/conda/envs/x', true],
    ['/usr/local/share/R', true],
    ['/extensions', true],
    ['/var/lib/postgresql', false],
    ['/data', false],
    ['/files', false],
    ['/workspace', false],
  ])('at %s look like a library: %j', (path, expected) => {
    expect(looksLikeLibrary(path)).toBe(expected);
  });
});
