import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { largestParts, storedSizeOf } from '../../../../src/domain/helm/stored-size.ts';

const gzip = (text: string): Uint8Array => gzipSync(text, { level: 9 });
/** One byte for each character, so that the figures of a test can be counted. */
const asIs = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('storedSizeOf', () => {
  it.each([
    [{}, 4],
    [{ a: 1 }, 12],
    [{ a: 9_007_199_254_740_993n }, 32],
  ])('of %o is that of the base64 of its JSON', (release, bytes) => {
    expect(storedSizeOf(release, asIs)).toBe(bytes);
  });

  it('counts bytes after the compression', () => {
    expect(storedSizeOf({ a: 'x'.repeat(100_000) }, gzip)).toBeLessThan(1000);
  });
});

describe('largestParts', () => {
  const release = {
    chart: {
      files: [{ name: 'data/big.bin', data: 'x'.repeat(30) }, {}],
      templates: [{ name: 'templates/web.yaml', data: 'y'.repeat(27) }],
      values: { image: 'nginx', list: [1, 2], gone: null },
    },
    config: { web: { config: 'z'.repeat(16), port: 1 } },
  };

  it('names files, templates and values, largest first', () => {
    expect(largestParts(release, asIs)).toEqual([
      { name: 'file data/big.bin', bytes: 40 },
      { name: 'template templates/web.yaml', bytes: 36 },
      { name: 'value web.config', bytes: 24 },
    ]);
  });

  it('has as many parts as are asked for, at most', () => {
    expect(largestParts(release, asIs, 1)).toHaveLength(1);
    expect(largestParts(release, asIs, 100).map(({ name, bytes }) => [name, bytes])).toEqual([
      ['file data/big.bin', 40],
      ['template templates/web.yaml', 36],
      ['value web.config', 24],
      ['default value image', 12],
      ['default value list', 8],
      ['default value gone', 8],
      ['value web.port', 4],
      ['file ', 0],
    ]);
  });

  it('is by the size after the compression', () => {
    const files = [
      { name: 'zeros', data: '0'.repeat(1000) },
      { name: 'noise', data: Array.from({ length: 200 }, (_, index) => (index * 7919).toString(36)).join('') },
    ];
    expect(largestParts({ chart: { files } }, gzip, 1)).toMatchObject([{ name: 'file noise' }]);
  });

  it('of a release without values is empty', () => {
    expect(largestParts({}, asIs)).toEqual([]);
  });

  it('never has content', () => {
    expect(JSON.stringify(largestParts({ config: { password: 'very-secret' } }, asIs))).not.toContain('very-secret');
  });
});
