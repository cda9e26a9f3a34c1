import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import {
  formatPaxRecords,
  paxAttributes,
  paxNumber,
  paxValue,
  readPaxRecords,
} from '../../../../src/domain/source/pax-records.ts';
import { paxRecord } from '../../../builders/tar.ts';

const read = (text: string) => readPaxRecords(Buffer.from(text));

describe('records of an extended header', () => {
  it('are read in their order, the last of a keyword counts', () => {
    const records = read(paxRecord('path', 'a') + paxRecord('size', '12') + paxRecord('path', 'é=\n'));
    expect(records).toEqual([
      ['path', 'a'],
      ['size', '12'],
      ['path', 'é=\n'],
    ]);
    expect(paxValue(records, 'path')).toBe('é=\n');
    expect(paxNumber(records, 'size')).toBe(12);
    expect(paxNumber(records, 'mtime')).toBeUndefined();
  });

  it('of other keywords may have any bytes, which are not kept', () => {
    const record = Buffer.from('11 SCHIL=\u00FF\n', 'latin1');
    expect(readPaxRecords(record)).toEqual([['SCHIL', '']]);
  });

  it.each([
    'path=x\n',
    '9path=x\n',
    'x path=x\n',
    '0 path=x\n',
    '00000000009 path=x\n',
    '99 path=x\n',
    '8 path=x\n',
    '9 path=x\n9 pa',
    '7 path\n',
    '5 =x\n',
    '9 path=x\0',
  ])('%j is refused', (text) => {
    expect(() => read(text)).toThrow(ArchiveDefect);
    expect(() => read(text)).toThrow('wrong length');
  });

  it.each(['', '-1', '1e3', '0x1', '12345678901234567', '9999999999999999'])('%j is not a number', (text) => {
    expect(() => paxNumber([['size', text]], 'size')).toThrow('invalid size');
  });

  it('text that is not UTF-8 is refused', () => {
    expect(() => readPaxRecords(Buffer.from('10 path=\u00FF\n', 'latin1'))).toThrow(ArchiveDefect);
  });
});

describe('an extended header that is written', () => {
  it.each([1, 2, 3, 86, 87, 88, 89, 90, 91, 984, 985, 986, 987, 988, 989, 990, 9000])(
    'has records whose length counts its own digits, with %i bytes',
    (length) => {
      const value = 'x'.repeat(length);
      const bytes = formatPaxRecords([
        ['path', Buffer.from(value)],
        ['mtime', Buffer.from('1.5')],
      ]);
      expect(Buffer.from(bytes).toString()).toBe(paxRecord('path', value) + paxRecord('mtime', '1.5'));
      expect(readPaxRecords(bytes)).toEqual([
        ['path', value],
        ['mtime', '1.5'],
      ]);
    },
  );
});

describe('extended attributes', () => {
  it('have any bytes, and names that GNU tar encoded', () => {
    const records = readPaxRecords(
      Buffer.concat([
        Buffer.from(paxRecord('path', 'a')),
        Buffer.from('26 SCHILY.xattr.user.a=\u00FF\0\n', 'latin1'),
        Buffer.from(paxRecord('SCHILY.xattr.user.b%3Dc%25', '')),
      ]),
    );
    expect([...paxAttributes(records)].map(([name, bytes]) => [name, [...bytes]])).toEqual([
      ['user.a', [0xff, 0]],
      ['user.b=c%', []],
    ]);
  });
});
