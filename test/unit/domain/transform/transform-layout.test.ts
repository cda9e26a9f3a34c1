import { describe, expect, it } from 'vitest';

import {
  formatIgnored,
  formatPatches,
  ignoredPathOf,
  isIgnoredFile,
  isTransformFile,
  patchPathOf,
  whiteoutPathOf,
} from '../../../../src/domain/transform/transform-layout.ts';

const file = 'resources/shop/Service__v1_shop_web.yaml';

describe('files of a transformation', () => {
  it('stand where the exported file stood, with a word before the name', () => {
    expect(patchPathOf(file)).toBe('resources/shop/transform-Service__v1_shop_web.yaml');
    expect(whiteoutPathOf(file)).toBe('resources/shop/.wh.Service__v1_shop_web.yaml');
    expect(ignoredPathOf('a.yaml')).toBe('ignored-a.yaml');
  });

  it('are distinguished from others by their names alone', () => {
    expect([patchPathOf(file), whiteoutPathOf(file), file, 'transform-/x.yaml'].map(isTransformFile)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([ignoredPathOf(file), file].map(isIgnoredFile)).toEqual([true, false]);
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
    expect(formatIgnored([{ plugin: 'P', operation: { op: 'remove', path: '/a' } }])).toBe(
      '[{"PluginName":"P","Operation":{"op":"remove","path":"/a"}}]',
    );
  });
});
