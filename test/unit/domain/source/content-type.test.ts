import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { detectContent } from '../../../../src/domain/source/content-type.ts';
import { makeTar } from '../../../builders/tar-archive.ts';
import { makeZip } from '../../../builders/zip-archive.ts';

const head = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, 512);

describe('the type of a file', () => {
  it.each<[string, Uint8Array]>([
    ['tar', head(makeTar([{ name: 'a' }]))],
    ['tar', head(makeTar([{ name: 'PK\u0003\u0004' }]))],
    ['tar', Buffer.alloc(512)],
    ['zip', head(makeZip([{ name: 'a' }]))],
    ['zip', head(makeZip([]))],
    ['gzip', gzipSync('a')],
    ['bzip2', Buffer.from('BZh91AY')],
    ['xz', Buffer.from('\u00FD7zXZ\0', 'latin1')],
    ['zstd', Buffer.from('\u0028\u00B5\u002F\u00FD', 'latin1')],
  ])('%s', (expected, bytes) => {
    expect(detectContent(bytes)).toBe(expected);
  });

  it.each([
    ['', 'empty file'],
    ['\n <html>', 'HTML or XML'],
    ['{"a":1}', 'JSON'],
    [' [1]', 'JSON'],
    ['%PDF-1.7', 'PDF'],
    ['some text\n', 'text'],
    ['x'.repeat(512), 'text'],
    ['\0'.repeat(511), 'unknown binary data'],
    ['a\u0001b', 'unknown binary data'],
  ])('of %j is %s', (text, expected) => {
    expect(detectContent(Buffer.from(text))).toBe(expected);
  });
});
