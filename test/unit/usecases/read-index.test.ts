import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { TaskError } from '../../../src/domain/core/errors.ts';
import { parseTransformIndex, transformIndexParts } from '../../../src/domain/transform/transform-layout.ts';
import { readIndex, type TakeIndex } from '../../../src/usecases/read-index.ts';
import { longFiles, type ShortFiles } from '../../builders/long-files.ts';

const path = 'index.json';
const files = Array.from({ length: 2500 }, (_, number) => ({ path: String(number), digest: 'sha256:0' }));
const text = [...transformIndexParts(files.map((file) => JSON.stringify(file)))].join('');

/** How many documents the index was read in, and how many files it has. */
async function read(index: string | undefined, expected = sha256Of(index ?? '')) {
  const short: ShortFiles = {
    read: () => Promise.resolve(index),
    write: () => Promise.resolve(),
    list: () => Promise.resolve([path]),
  };
  const folder = { ...short, ...longFiles(short) };
  const check = (digest: string): void => {
    if (digest !== expected) throw new TaskError('invalid-file', 'changed', { remedy: 'r' });
  };
  const take: TakeIndex<readonly number[]> = async (documents) => {
    const sizes: number[] = [];
    for await (const document of documents) sizes.push(parseTransformIndex(document).size);
    return sizes;
  };
  return readIndex({ folder, path }, { check, take }, sha256Of);
}

describe('an index of thousands of files', () => {
  it('is read in several parts', async () => {
    expect(await read(text)).toEqual([1000, 1000, 500]);
  });

  it('is read as a whole when another program laid it out', async () => {
    expect(await read(JSON.stringify(JSON.parse(text), undefined, 2))).toEqual([2500]);
    const oneObjectOnTwoLines = text.replace('{"path":"1500",', '{"path":"1500",\n');
    expect(await read(oneObjectOnTwoLines)).toEqual([1000, 1500]);
  });

  it('may be missing', async () => {
    expect(await read(undefined)).toBeUndefined();
  });

  it('has the place of what is wrong in it', async () => {
    const broken = text.replace('{"path":"1500","digest":"sha256:0"}', '{"path":"1500","digest":1}');
    await expect(read(broken)).rejects.toThrow('files[1500].digest: expected string, got 1');
  });

  it('is checked as a whole, also when it is damaged', async () => {
    await expect(read(text, 'sha256:1')).rejects.toThrow('changed');
    await expect(read(text.slice(0, -10), 'sha256:1')).rejects.toThrow('changed');
  });
});
