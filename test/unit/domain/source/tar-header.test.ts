import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { hasTarChecksum, readTarHeader, readTarNumber } from '../../../../src/domain/source/tar-header.ts';
import { makeTar, octal, type TarPart } from '../../../builders/tar-archive.ts';

const headerOf = (part: TarPart): Buffer => makeTar([part]).subarray(0, 512);
const read = (part: TarPart) => readTarHeader(headerOf(part));
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('a header', () => {
  it('has the fields of ustar', () => {
    const part: TarPart = { name: 'a', type: '2', linkName: 'b', mode: 0o755, size: 10 };
    const found = read({ ...part, header: (block) => void block.write('folder', 345) });
    expect(found).toMatchObject({ type: '2', size: 10, mode: 0o755, modified: 1_700_000_000 });
    expect([textOf(found?.name), textOf(found?.linkName)]).toEqual(['folder/a', 'b']);
  });

  it('of a version before ustar has neither a type nor a prefix', () => {
    const found = read({ name: 'n'.repeat(100), type: '\0', magic: '\0'.repeat(8) });
    expect([found?.type, textOf(found?.name)]).toEqual(['0', 'n'.repeat(100)]);
    const old = read({ name: 'a', magic: 'ustar  \0', header: (block) => void block.write('folder', 345) });
    expect(textOf(old?.name)).toBe('a');
  });

  it('may have a wrong time, which does not count', () => {
    expect(read({ header: (block) => void block.write('x', 136) })?.modified).toBe(0);
  });

  it('of zeros is the end', () => {
    expect(readTarHeader(Buffer.alloc(512))).toBeUndefined();
  });

  it.each<[string, (block: Buffer) => void]>([
    ['another byte', (block) => void block.write('x', 0)],
    ['no checksum', (block) => void block.fill(0, 148, 156)],
    ['a checksum that is no number', (block) => void block.write('9', 148)],
    // The bytes from 0x80 on make the sum of signed bytes zero.
    [
      'no checksum where signed bytes have the sum zero',
      (block) => void block.fill(0).fill(0xff, 257, 512).fill(0xff, 0, 1).fill(0x20, 148, 156),
    ],
  ])('with %s is refused', (_what, change) => {
    const block = headerOf({ name: 'a' });
    change(block);
    expect(hasTarChecksum(block)).toBe(false);
    expect(() => readTarHeader(block)).toThrow(ArchiveDefect);
  });

  it('may have a checksum of signed bytes', () => {
    const block = headerOf({ name: 'é' });
    // Each of the two bytes of the name counts 256 less.
    const sum = Number.parseInt(block.toString('latin1', 148, 154), 8) - 512;
    block.write(octal(sum, 7), 148);
    expect(hasTarChecksum(block)).toBe(true);
  });
});

describe('a number', () => {
  it.each([
    ['0000644\0', 0o644],
    [' 644 \0\0\0', 0o644],
    ['\0'.repeat(8), 0],
    ['', 0],
    ['\t12 \0xyz', 10],
    ['        ', 0],
    ['77777777', 0o77777777],
    ['\u0080\0\0\0\0\0\u0001\u0002', 258],
    ['\u0080\0\u001F\u00FF\u00FF\u00FF\u00FF\u00FF', 0x1fff_ffff_ffff],
  ])('%j is %i', (text, expected) => {
    expect(readTarNumber(Buffer.from(text, 'latin1'), [0, 8])).toBe(expected);
  });

  it.each(['0000648\0', '-1', '12 3', '\u00FF'.repeat(8), `\u00BF${'\u00FF'.repeat(7)}`])('%j is refused', (text) => {
    expect(() => readTarNumber(Buffer.from(text, 'latin1'), [0, 8])).toThrow(ArchiveDefect);
  });
});
