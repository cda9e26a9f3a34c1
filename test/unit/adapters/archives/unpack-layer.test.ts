import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { unpackLayer } from '../../../../src/adapters/archives/unpack-layer.ts';
import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';

const content = Buffer.alloc(100_000, 'layer');

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

async function unpacked(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of unpackLayer(bytes)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a layer', () => {
  it.each([
    ['gzip', gzipSync(content)],
    ['zstd', zstdCompressSync(content)],
    ['nothing', content],
  ])('compressed with %s is unpacked', async (_what, packed) => {
    for (const size of [1, 3, 1000]) expect((await unpacked(inPieces(packed, size))).equals(content)).toBe(true);
  });

  it('may be empty', async () => {
    expect(await unpacked(inPieces(Buffer.alloc(0), 1))).toHaveLength(0);
  });

  it('that is damaged is a defect', async () => {
    const packed = gzipSync(content);
    packed.fill(0xff, 20, 60);
    await expect(unpacked(inPieces(packed, 1000))).rejects.toBeInstanceOf(ArchiveDefect);
  });

  it('ends with the error of its source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
      yield* inPieces(gzipSync(content).subarray(0, 50), 10);
      throw new RangeError('the registry broke');
    }
    await expect(unpacked(broken())).rejects.toThrow('the registry broke');
  });
});
