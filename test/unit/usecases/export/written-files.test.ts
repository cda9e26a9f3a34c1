import { describe, expect, it } from 'vitest';

import { makeFileRecords, noFiles } from '../../../../src/usecases/export/written-files.ts';

const aFile = (path: string, digest = 'sha256:0') => ({
  ...{ path, digest, apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: path, resourceVersion: '1' },
});

describe('the files that a kind has written', () => {
  it('are none at first', () => {
    const { files, has } = makeFileRecords(() => []);
    expect([files.size, [...files], has('a')]).toEqual([0, [], false]);
    expect([noFiles.size, [...noFiles]]).toEqual([0, []]);
  });

  it('are one for each path: the last one that was written', () => {
    const { add, has, files } = makeFileRecords(() => []);
    for (const file of [aFile('a', 'sha256:1'), aFile('b'), aFile('a', 'sha256:2')]) add(file);
    expect([...files]).toEqual([aFile('b'), aFile('a', 'sha256:2')]);
    expect([files.size, has('a'), has('c')]).toEqual([2, true, false]);
  });
});
