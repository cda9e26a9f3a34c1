import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { collect } from '../../../builders/collect.ts';
import { linesOf } from '../../../../src/adapters/kube/lines-of.ts';

async function* chunksOf(parts: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

describe('lines of a stream', () => {
  it('are the same however it is cut', async () => {
    const line = fc.stringMatching(/^[^\n]*$/).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(20)), async (lines, sizes) => {
        let rest = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const parts: Buffer[] = [];
        for (const size of sizes) {
          parts.push(rest.subarray(0, size));
          rest = rest.subarray(size);
        }
        const found = await collect(linesOf(chunksOf([...parts, rest]), 10_000));
        expect(found).toEqual(lines.filter((text) => text !== ''));
      }),
    );
  });

  it('end before a line that was cut', async () => {
    expect(await collect(linesOf(chunksOf([Buffer.from('one\ntw')]), 10))).toEqual(['one']);
  });

  it('may not be too long', async () => {
    const chunks = chunksOf([Buffer.from('one\n'), Buffer.from('12345'), Buffer.from('67890')]);
    await expect(collect(linesOf(chunks, 8))).rejects.toThrow('longer than 8 bytes');
  });
});
