import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import type { PaxRecords } from '../../../../src/domain/source/pax-records.ts';
import {
  addOldSparse,
  checkSparseMap,
  readOldSparse,
  readPaxSparse,
  readSparseData,
} from '../../../../src/domain/source/sparse-map.ts';
import { octal } from '../../../builders/tar-archive.ts';

const sparse = (...records: readonly (readonly [string, string])[]): PaxRecords =>
  records.map(([name, value]) => [`GNU.sparse.${name}`, value]);
const piece = (offset: number, length: number) => ({ offset, length });
const tooMany = 100_001;

describe('the old form', () => {
  function writePieces(block: Buffer, start: number, pieces: readonly (readonly [number, number])[]): Buffer {
    for (const [index, [offset, length]] of pieces.entries()) {
      block.write(octal(offset, 12) + octal(length, 12), start + 24 * index);
    }
    return block;
  }

  it('has four pieces in the header and more in blocks', () => {
    const header = writePieces(Buffer.alloc(512), 386, [
      [0, 1],
      [8, 2],
    ]);
    header[482] = 1;
    header.write(octal(100, 12), 483);
    const first = readOldSparse(header);
    expect(first).toEqual({ map: { size: 100, pieces: [piece(0, 1), piece(8, 2)] }, hasMore: true });
    const block = writePieces(Buffer.alloc(512), 0, [[64, 8]]);
    expect(addOldSparse(first.map, block)).toEqual({
      map: { size: 100, pieces: [piece(0, 1), piece(8, 2), piece(64, 8)] },
      hasMore: false,
    });
    block[504] = 1;
    expect(addOldSparse(first.map, block).hasMore).toBe(true);
  });

  it('with too many pieces is refused', () => {
    const pieces = Array.from({ length: 100_000 }, () => piece(0, 0));
    const block = writePieces(Buffer.alloc(512), 0, [[1, 1]]);
    expect(() => addOldSparse({ size: 1, pieces }, block)).toThrow('more than 100000 pieces');
  });
});

describe('the forms of pax', () => {
  it.each<[string, PaxRecords, unknown]>([
    ['none', [['path', 'a']], undefined],
    ['0.0', sparse(['size', '9'], ['numblocks', '1'], ['offset', '2'], ['numbytes', '3']), known(9, piece(2, 3))],
    ['0.1', sparse(['size', '9'], ['map', '0,1,4,2']), known(9, piece(0, 1), piece(4, 2))],
    ['0.1 without pieces', sparse(['size', '9'], ['map', '']), known(9)],
    [
      '0 with a version',
      sparse(['major', '0'], ['minor', '1'], ['realsize', '9'], ['map', '0,1']),
      known(9, piece(0, 1)),
    ],
    ['1.0', sparse(['major', '1'], ['minor', '0'], ['realsize', '9']), { kind: 'in-data', size: 9 }],
  ])('%s', (_what, records, expected) => {
    expect(readPaxSparse(records)).toEqual(expected);
  });

  it.each<[string, PaxRecords, string]>([
    ['an unknown form', sparse(['major', '2'], ['minor', '3']), 'unknown form 2.3'],
    ['a form without its second number', sparse(['major', '1']), 'unknown form 1.?'],
    ['1.0 without a size', sparse(['major', '1'], ['minor', '0']), 'unknown form 1.0'],
    ['pieces in another order', sparse(['size', '9'], ['numbytes', '2'], ['offset', '3']), 'invalid map'],
    ['half a piece', sparse(['size', '9'], ['map', '1,2,3']), 'invalid map'],
    ['a map that has no numbers', sparse(['size', '9'], ['map', 'a,b']), 'invalid map'],
    ['too many pieces', sparse(['size', '9'], ['map', '0,0,'.repeat(tooMany)]), 'more than 100000 pieces'],
  ])('%s is refused', (_what, records, why) => {
    expect(() => readPaxSparse(records)).toThrow(ArchiveDefect);
    expect(() => readPaxSparse(records)).toThrow(why);
  });
});

describe('the map before the content', () => {
  const block = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(512)]).subarray(0, 512);

  it('is read with the bytes that it takes', () => {
    expect(readSparseData(block('2\n0\n1\n8\n2\n'), 9)).toEqual({
      map: { size: 9, pieces: [piece(0, 1), piece(8, 2)] },
      taken: 512,
    });
    expect(readSparseData(block('0\n'), 9)).toEqual({ map: { size: 9, pieces: [] }, taken: 512 });
  });

  it('needs more bytes when a line or the filling is missing', () => {
    const lines = `200\n${'1\n'.repeat(400)}`;
    const whole = Buffer.concat([Buffer.from(lines), Buffer.alloc(1024)]).subarray(0, 1024);
    expect(readSparseData(whole.subarray(0, 512), 9)).toBeUndefined();
    expect(readSparseData(whole.subarray(0, 900), 9)).toBeUndefined();
    expect(readSparseData(whole, 9)).toMatchObject({ taken: 1024 });
  });

  it.each([
    ['x\n', 'invalid map'],
    ['\n', 'invalid map'],
    ['1', 'invalid map'],
    [`${String(tooMany)}\n`, 'more than 100000 pieces'],
    ['1\na\nb\n', 'invalid map'],
  ])('%j is refused', (text, why) => {
    expect(() => readSparseData(block(text), 9)).toThrow(ArchiveDefect);
    expect(() => readSparseData(block(text), 9)).toThrow(why);
  });
});

describe('checkSparseMap', () => {
  it.each<[string, readonly ReturnType<typeof piece>[], number, string | undefined]>([
    ['fits', [piece(0, 2), piece(2, 1), piece(8, 2)], 5, undefined],
    ['without pieces', [], 0, undefined],
    ['overlaps', [piece(0, 2), piece(1, 2)], 4, 'contradictory'],
    ['is unsorted', [piece(4, 2), piece(0, 2)], 4, 'contradictory'],
    ['is outside', [piece(8, 3)], 3, 'contradictory'],
    ['has more than is stored', [piece(0, 2)], 1, 'does not fit'],
  ])('a map that %s', (...[, pieces, stored, why]) => {
    const check = () => checkSparseMap({ pieces, size: 10 }, stored);
    if (why === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(why);
  });
});

function known(size: number, ...pieces: readonly object[]): object {
  return { kind: 'known', map: { size, pieces } };
}
