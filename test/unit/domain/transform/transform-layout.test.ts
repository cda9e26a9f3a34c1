import { describe, expect, it } from 'vitest';
import {
  formatPatches,
  ignoredFileOf,
  isIgnoredFile,
  isTransformFile,
  patchPathOf,
  whiteoutPathOf,
  formatTransformFile,
  transformIndexParts,
  parseTransformIndex,
} from '../../../../src/domain/transform/transform-layout.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const file = 'resources/shop/Service__v1_shop_web.yaml';

describe('files of a transformation', () => {
  it('stand where the exported file stood, with a word before the name', () => {
    expect(patchPathOf(file)).toBe('resources/shop/transform-Service__v1_shop_web.yaml');
    expect(whiteoutPathOf(file)).toBe('resources/shop/.wh.Service__v1_shop_web.yaml');
    expect(ignoredFileOf('a.yaml', []).path).toBe('ignored-a.yaml');
  });

  it('are distinguished from others by their names alone', () => {
    expect([patchPathOf(file), whiteoutPathOf(file), file, 'transform-/x.yaml'].map(isTransformFile)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([ignoredFileOf(file, []).path, file].map(isIgnoredFile)).toEqual([true, false]);
  });

  it('hold operations on one line, members in a fixed order', () => {
    expect(formatPatches([])).toBe('[]');
    expect(
      formatPatches([
        { path: '/a', op: 'remove' },
        { value: 1, path: '/b', op: 'add' },
        { path: '/c', from: '/d', op: 'move' },
      ]),
    ).toBe('[{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":1},{"op":"move","from":"/d","path":"/c"}]');
  });

  it("hold ignored operations with the plugin's name, as crane has them", () => {
    expect(ignoredFileOf(file, [{ plugin: 'P', operation: { op: 'remove', path: '/a' } }]).text).toBe(
      '[{"PluginName":"P","Operation":{"op":"remove","path":"/a"}}]',
    );
  });
});

const files = [
  { path: 'a.json', digest: 'sha256:01' },
  { path: 'b.json', digest: 'sha256:02' },
];
const text = (given: typeof files): string => [...transformIndexParts(given.map(formatTransformFile))].join('');

describe('the index of a transform folder', () => {
  it('has one file a line', () => {
    expect(text(files)).toBe(
      '{\n"schemaVersion":1,\n"files":[\n{"path":"a.json","digest":"sha256:01"},\n{"path":"b.json","digest":"sha256:02"}\n]\n}\n',
    );
  });

  it('is read as it was written', () => {
    expect([...parseTransformIndex(text(files))]).toEqual([
      ['a.json', 'sha256:01'],
      ['b.json', 'sha256:02'],
    ]);
    expect(parseTransformIndex(text([])).size).toBe(0);
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
  ])('is not %j', (broken, cause) => {
    expect(refusalOf(() => parseTransformIndex(broken))).toBe(
      `invalid-file: reading index.json of the transform folder: ${cause}`,
    );
  });
});
