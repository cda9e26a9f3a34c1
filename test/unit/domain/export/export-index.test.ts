import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { ExportIndex } from '../../../../src/domain/schemas/documents.ts';
import { formatExportIndex, parseExportIndex } from '../../../../src/domain/export/export-index.ts';

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

  it('has the kinds that were left out as asked', () => {
    const chosen = { ...index, leftOutKinds: ['secrets', 'roles.rbac.authorization.k8s.io'] };
    expect(parseExportIndex(formatExportIndex(chosen))).toEqual(chosen);
  });

  it('may list nothing', () => {
    expect(parseExportIndex(formatExportIndex({ ...index, files: [] })).files).toEqual([]);
  });

  it.each([
    ['{"schemaVersion":1,"names', /expected JSON/],
    ['{"schemaVersion":2}', /schemaVersion: expected 1, got 2/],
    ['[]', /expected export index, got an array/],
    ['{"schemaVersion":1}', /namespace: expected string, got none/],
    ['{"schemaVersion":1,"namespace":"shop","files":[{"path":"x"}]}', /files\[0\]\.digest: expected string, got none/],
    ['{"schemaVersion":1,"namespace":"shop","files":["x"]}', /files\[0\]: expected object, got "x"/],
  ])('is refused when it is %j', (text, message) => {
    expect(() => parseExportIndex(text)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
    expect(() => parseExportIndex(text)).toThrow(message);
  });
});
