import { describe, expect, it } from 'vitest';

import { formatExportedFile } from '../../../../src/domain/export/export-index.ts';
import { linesOf, makeFileRecords, noFiles } from '../../../../src/usecases/export/written-files.ts';

const aFile = (path: string, digest = 'sha256:0') => ({
  ...{ path, digest, apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: path, resourceVersion: '1' },
});

const makeList = <T>(): T[] => [];

describe('the files that a kind has written', () => {
  it('are none at first', () => {
    const { files, has } = makeFileRecords(makeList);
    expect([files.size, [...files.lines], [...files.paths], has('a')]).toEqual([0, [], [], false]);
    expect([...linesOf([noFiles, files])]).toEqual([]);
  });

  it('are one for each path, sorted: the last one that was written', () => {
    const { add, has, files } = makeFileRecords(makeList);
    for (const file of [aFile('b', 'sha256:1'), aFile('a'), aFile('b', 'sha256:2')]) add(file);
    expect([...files.lines]).toEqual([aFile('a'), aFile('b', 'sha256:2')].map(formatExportedFile));
    expect([...files.paths]).toEqual(['a', 'b']);
    expect([files.size, has('a'), has('c')]).toEqual([2, true, false]);
  });

  it('are sorted with those of other kinds', () => {
    const [one, other] = [makeFileRecords(makeList), makeFileRecords(makeList)];
    for (const path of ['d', 'a']) one.add(aFile(path));
    for (const path of ['c', 'b']) other.add(aFile(path));
    const lines = [...linesOf([one.files, noFiles, other.files])];
    expect(lines).toEqual(['a', 'b', 'c', 'd'].map((path) => formatExportedFile(aFile(path))));
  });
});
