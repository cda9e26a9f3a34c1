import { describe, expect, it } from 'vitest';

import { comparePaths } from '../../../../src/domain/containerize/compare-paths.ts';

describe('the order of paths', () => {
  it('is that of their bytes', () => {
    const paths = ['/b', '/a/b', '/a', '/a-b', '/é', '/\u{1F600}', '/\uFF5E', '/\u{1F600}a', '/\u{1F601}', '/ab'];
    const expected = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(paths.toSorted(comparePaths)).toEqual(expected);
    expect(comparePaths('/a', '/a')).toBe(0);
  });
});
