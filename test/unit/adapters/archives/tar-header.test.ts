import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatTarHeader, parsePaxRecords, parseTarHeader } from '../../../../src/adapters/archives/tar-header.ts';
import { paxRecord, tarOf } from '../../../builders/tar.ts';

describe('a header', () => {
  it('is read as it was written, for any name and size', () => {
    const name = fc.stringMatching(/^[a-z0-9/._-]{1,100}$/);
    fc.assert(
      fc.property(
        name,
        fc.maxSafeNat().map((size) => size % 2 ** 46),
        fc.boolean(),
        (text, size, isHuge) => {
          const bytes = isHuge ? size + 8 ** 11 : size;
          const type = text.endsWith('/') ? '5' : '0';
          expect(parseTarHeader(formatTarHeader(text, bytes))).toEqual({ name: text, type, size: bytes, link: '' });
        },
      ),
    );
  });

  it('with a name that does not fit is not written', () => {
    expect(() => formatTarHeader('a'.repeat(101), 0)).toThrow('too long');
  });

  it('has a fixed owner and time', () => {
    expect(formatTarHeader('a', 5).toString('latin1', 100, 156)).toBe(
      '0000644\x000000000\x000000000\x0000000000005\x0000000000000\x00006103\0 ',
    );
  });

  it('of zeros is the end, and one with a changed byte is broken', () => {
    expect(parseTarHeader(Buffer.alloc(512))).toBeUndefined();
    const header = formatTarHeader('name', 5);
    fc.assert(
      fc.property(fc.nat({ max: 511 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(header);
        changed[at] = (changed[at] ?? 0) ^ change;
        fc.pre(at < 148 || at > 155);
        expect(parseTarHeader(changed)).toBe('broken');
      }),
    );
  });

  it.each<[string, Buffer]>([
    ['a negative number', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a number of 2^64', Buffer.from([0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['no digits', Buffer.from('0000000009x\0')],
  ])('whose size is %s is broken', (_what, size) => {
    expect(parseTarHeader(tarOf([{ name: 'a', size }]).subarray(0, 512))).toBe('broken');
  });

  it('of the POSIX form has a prefix, that of GNU tar has none', () => {
    const read = (magic: string) => parseTarHeader(tarOf([{ name: 'b', prefix: 'a', magic }]).subarray(0, 512));
    expect(read('ustar\x0000')).toMatchObject({ name: 'a/b' });
    expect(read('ustar  \0')).toMatchObject({ name: 'b' });
  });
});

describe('an extended header', () => {
  it('gives path, link and size, and ignores the rest', () => {
    const records = [
      paxRecord('mtime', '1.5'),
      paxRecord('path', 'ä=b'),
      paxRecord('linkpath', 'c'),
      paxRecord('size', '7'),
    ];
    expect(parsePaxRecords(Buffer.from(records.join('')))).toEqual({ path: 'ä=b', linkpath: 'c', size: 7 });
    expect(parsePaxRecords(Buffer.alloc(0))).toEqual({});
  });

  it.each([
    ['no length', 'path=a\n'],
    ['a length behind the end', '99 path=a\n'],
    ['a length that ends early', '3 path=a\n'],
    ['no end of line', '8 path=a'],
    ['no equals sign', '7 path\n'],
    ['a sparse file', paxRecord('GNU.sparse.major', '1')],
    ['a size that is no number', paxRecord('size', '-1')],
  ])('with %s is refused', (_what, text) => {
    expect(parsePaxRecords(Buffer.from(text))).toBeUndefined();
  });

  it('of any bytes ends without an error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parsePaxRecords(Buffer.from(bytes))));
  });
});
