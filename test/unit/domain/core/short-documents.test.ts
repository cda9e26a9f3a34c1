import { describe, expect, it } from 'vitest';

import { shortDocuments } from '../../../../src/domain/core/short-documents.ts';
import { exportIndexParts, formatExportedFile, parseExportIndex } from '../../../../src/domain/export/export-index.ts';

const head = { schemaVersion: 1, cluster: { context: 'source', uid: 'u' }, namespace: 'shop' } as const;
const filesOf = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    ...{ path: `resources/shop/${String(number)}.yaml`, apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop' },
    ...{ name: String(number), resourceVersion: '1', digest: 'sha256:0' },
  }));
const indexOf = (count: number): string => [...exportIndexParts(head, filesOf(count).map(formatExportedFile))].join('');

async function cut(text: string): Promise<readonly string[]> {
  const parts: string[] = [];
  for await (const part of shortDocuments(ReadableStream.from(text.split('\n')))) parts.push(part);
  return parts;
}

describe('a long index', () => {
  it.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [2000, 2],
    [2500, 3],
  ])('of %i files is %i documents with the same head', async (count, documents) => {
    const parts = (await cut(indexOf(count))).map((part) => parseExportIndex(part));
    expect(parts).toHaveLength(documents);
    expect(parts.flatMap(({ files }) => files)).toEqual(filesOf(count));
    expect(parts.map(({ cluster, namespace }) => ({ cluster, namespace }))).toEqual(
      Array.from({ length: documents }, () => ({ cluster: head.cluster, namespace: head.namespace })),
    );
  });

  it.each([
    ['of another layout', JSON.stringify({ ...head, files: filesOf(3) }, undefined, 2)],
    ['that is short', indexOf(10)],
    ['that is cut', indexOf(10).slice(0, -20)],
    ['with more members at its end', indexOf(2).replace(/\n\}\n$/, ',\n"note":{\n"a":1}\n}\n')],
    ['that is empty', ''],
  ])('%s comes as it is, but for a line end', async (_, text) => {
    expect((await cut(text)).map((part) => part.trimEnd())).toEqual([text.trimEnd()]);
  });

  it('that is cut does not pass for a whole one', async () => {
    const parts = await cut(indexOf(1500).slice(0, -20));
    expect(() => parts.map((part) => parseExportIndex(part))).toThrow('expected JSON');
  });
});
