import { describe, expect, it } from 'vitest';

import { comparePaths } from '../../../../src/domain/containerize/path-order.ts';

describe('the order of paths', () => {
  it('is that of their bytes', () => {
    const paths = ['/a', '/a/b', '/a-b', '/', '/\u{1F600}', '/\uFFFD', '/é', '/Z', '/a'];
    const byBytes = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(paths.toSorted(comparePaths)).toEqual(byBytes);
  });
});
