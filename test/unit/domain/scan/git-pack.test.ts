import { describe, expect, it } from 'vitest';

import { applyDelta, readPackHeader } from '../../../../src/domain/scan/git-pack.ts';
import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const ascii = (text: string) => new TextEncoder().encode(text);

describe('the header of a packed object', () => {
  it('tells type and size', () => {
    expect(readPackHeader(bytes(0x35))).toMatchObject({ kind: 'blob', size: 5, headerLength: 1 });
    // 5 + 2 * 16 + 1 * 2048
    expect(readPackHeader(bytes(0x95, 0x82, 0x01))).toMatchObject({ kind: 'commit', size: 2085, headerLength: 3 });
  });

  it('tells the base of a delta by its distance or its id', () => {
    expect(readPackHeader(bytes(0x61, 0x05))).toMatchObject({ kind: 'delta', baseDistance: 5, headerLength: 2 });
    expect(readPackHeader(bytes(0x61, 0x81, 0x05))).toMatchObject({ baseDistance: 261, headerLength: 3 });
    const id = Array.from({ length: 20 }, () => 0xa1);
    expect(readPackHeader(bytes(0x71, ...id))).toMatchObject({
      kind: 'delta',
      baseDistance: undefined,
      baseId: 'a1'.repeat(20),
      headerLength: 21,
    });
  });

  it.each([[bytes(0x85)], [bytes(0x05)], [bytes(0x55)], [bytes(0xb5, ...Array.from({ length: 12 }, () => 0xff), 1)]])(
    'is refused: %j',
    (header) => {
      expect(() => readPackHeader(header)).toThrow(ArchiveDefect);
    },
  );
});

describe('a delta', () => {
  it('copies parts of its base and adds bytes', () => {
    // Base of 5 bytes, result of 7: bytes 1 to 3 of the base, and "xyz!".
    const delta = bytes(5, 7, 0x91, 1, 3, 4, ...ascii('xyz!'));
    expect(new TextDecoder().decode(applyDelta(ascii('abcde'), delta, 100))).toBe('bcdxyz!');
  });

  it('copies 64 KiB where it gives no length', () => {
    const base = new Uint8Array(65_536).fill(7);
    expect(applyDelta(base, bytes(0x80, 0x80, 0x04, 0x80, 0x80, 0x04, 0x80), 100_000)).toEqual(base);
  });

  it.each([
    ['for another base', bytes(4, 1, 1, 65)],
    ['too long', bytes(5, 101, 1, 65)],
    ['with more than it says', bytes(5, 1, 2, 65, 66)],
    ['with less than it says', bytes(5, 3, 1, 65)],
    ['with a part beyond its base', bytes(5, 3, 0x91, 9, 3)],
    ['with an empty part', bytes(5, 3, 0)],
    ['that is cut', bytes(5, 3, 0x91)],
  ])('is refused %s', (_, delta) => {
    expect(() => applyDelta(ascii('abcde'), delta, 100)).toThrow(ArchiveDefect);
  });
});
