import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { formatExportIndex, parseExportIndex, type ExportIndex } from '../../../../src/domain/export/export-index.ts';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('the index of an export', () => {
  const index: ExportIndex = {
    schemaVersion: 1,
    cluster: { context: 'source', uid: 'u-1' },
    namespace: 'shop',
    files: ['a', 'b'].map((name) => ({
      path: `resources/shop/${name}.yaml`,
      apiVersion: 'v1',
      kind: 'Service',
      namespace: 'shop',
      name,
      resourceVersion: '7',
      digest: sha256(name),
    })),
  };

  it('is read as it was written, one file a line', () => {
    const text = formatExportIndex(index);
    expect(parseExportIndex(text)).toEqual(index);
    expect(text.split('\n').filter((line) => line.includes('"path"'))).toHaveLength(2);
  });

  it('may list nothing', () => {
    expect(parseExportIndex(formatExportIndex({ ...index, files: [] })).files).toEqual([]);
  });

  it('stands without the identity of the cluster', () => {
    expect(parseExportIndex('{"schemaVersion":1,"namespace":"shop"}')).toMatchObject({
      cluster: { context: '', uid: '' },
      files: [],
    });
  });

  it.each([
    ['{"schemaVersion":1,"names', /it is no JSON/],
    ['{"schemaVersion":2}', /schemaVersion is not 1/],
    ['[]', /schemaVersion is not 1/],
    ['{"schemaVersion":1}', /names no namespace/],
    ['{"schemaVersion":1,"namespace":"shop","files":[{"path":"x"}]}', /entry 0 of its files is incomplete/],
    ['{"schemaVersion":1,"namespace":"shop","files":["x"]}', /entry 0/],
  ])('is refused when it is %j', (text, message) => {
    expect(() => parseExportIndex(text)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
    expect(() => parseExportIndex(text)).toThrow(message);
  });
});
