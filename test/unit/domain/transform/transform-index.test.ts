import { describe, expect, it } from 'vitest';

import { formatTransformIndex, parseTransformIndex } from '../../../../src/domain/transform/transform-index.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const files = [
  { path: 'b.json', digest: 'sha256:02' },
  { path: 'a.json', digest: 'sha256:01' },
];

describe('the index of a transform folder', () => {
  it('has one file a line, sorted', () => {
    expect(formatTransformIndex(files)).toBe(
      '{\n"schemaVersion":1,\n"files":[\n{"path":"a.json","digest":"sha256:01"},\n{"path":"b.json","digest":"sha256:02"}\n]\n}\n',
    );
  });

  it('is read as it was written', () => {
    expect([...parseTransformIndex(formatTransformIndex(files))]).toEqual([
      ['a.json', 'sha256:01'],
      ['b.json', 'sha256:02'],
    ]);
    expect(parseTransformIndex(formatTransformIndex([])).size).toBe(0);
  });

  it.each([
    ['', 'expected JSON'],
    ['{"schemaVersion":1,', 'expected JSON'],
    ['[]', 'expected transform index, got an array'],
    ['{"schemaVersion":2,"files":[]}', 'schemaVersion: expected 1, got 2'],
    ['{"schemaVersion":1,"files":["a"]}', 'files[0]: expected object, got "a"'],
    ['{"schemaVersion":1,"files":[{"digest":"sha256:01"}]}', 'files[0].path: expected string, got none'],
    [
      '{"schemaVersion":1,"files":[{"path":"a","digest":"sha256:01"},{"path":"b","digest":1}]}',
      'files[1].digest: expected string, got 1',
    ],
  ])('is not %j', (text, cause) => {
    expect(refusalOf(() => parseTransformIndex(text))).toBe(
      `invalid-file: reading index.json of the transform folder: ${cause}`,
    );
  });
});
