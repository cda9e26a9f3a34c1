import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createStepRunner } from '../../../../src/adapters/archives/tree-steps.ts';
import { writeTree, type TreeWriting } from '../../../../src/adapters/archives/write-tree.ts';
import { rootAt } from '../../../../src/adapters/files/place.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let dir: string;
let writing: TreeWriting;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tree-'));
  mkdirSync(path.join(dir, 'new'));
  writing = writeTree({ base: { root: rootAt(dir, 'refused'), path: 'new' }, isShared: false });
});
afterEach(async () => {
  await writing.stop();
  rmSync(dir, { recursive: true });
});

function at(name: string): string {
  return path.join(dir, 'new', name);
}

function write(name: string, pieces: readonly (readonly [position: number, bytes: Uint8Array])[], size: number): void {
  const file = writing.file(name, { mode: 0o600, modified: 1_000_000 });
  for (const [position, bytes] of pieces) file.write(bytes, position);
  file.close(size);
}

const few = 3;
/** More steps than fit into one batch: a thread writes them. */
const many = 3000;

describe.each([few, many])('a tree of %d files', (count) => {
  it('has all contents, times, holes and links', async () => {
    writing.folder('folder', 0o750);
    const large = Buffer.alloc(3_000_000, 'large ');
    for (let index = 0; index < count; index += 1) {
      write(`folder/${String(index)}`, [[0, Buffer.from(`content ${String(index)}`)]], 0);
      await writing.settle();
    }
    write('large', count === many ? [[0, large]] : [], large.length);
    write(
      'holes',
      [
        [10, Buffer.from('a')],
        [100, Buffer.from('b')],
      ],
      1000,
    );
    await writing.finish({
      hard: [{ path: 'hard', target: 'large' }],
      symbolic: [{ path: 'soft', target: 'folder/0' }],
    });
    expect(readdirSync(at('folder'))).toHaveLength(count);
    for (let index = 0; index < count; index += 1)
      expect(readFileSync(at(`folder/${String(index)}`), 'utf8')).toBe(`content ${String(index)}`);
    expect(readFileSync(at('hard')).equals(count === many ? large : Buffer.alloc(large.length))).toBe(true);
    const holes = Buffer.alloc(1000);
    holes.write('a', 10);
    holes.write('b', 100);
    expect(readFileSync(at('holes')).equals(holes)).toBe(true);
    expect(readFileSync(at('soft'), 'utf8')).toBe('content 0');
    expect(statSync(at('folder')).mode & 0o777).toBe(0o750);
    expect(statSync(at('large')).mtimeMs).toBe(1_000_000_000);
  });

  it('reports the step that failed', async () => {
    for (let index = 0; index < count; index += 1) write(String(index), [], 0);
    write('0', [], 0);
    const error = await thrownBy(() => writing.finish({ hard: [], symbolic: [] }));
    expect(error.code).toBe('io-broke');
    expect(error.message).toContain(`writing ${at('0')} `);
    expect(error.message).toContain('EEXIST');
  });
});

it('a file that failed gets no further bytes', () => {
  const written: string[] = [];
  const run = createStepRunner({
    folder: () => undefined,
    file: (name) => ({
      write: () => {
        if (name === 'full') throw new Error('no space');
        written.push(name);
      },
      close: () => void written.push(`${name} closed`),
    }),
    symlink: () => undefined,
    link: () => undefined,
    close: () => undefined,
  });
  const [bytes, next] = [Buffer.from('a'), { kind: 'bytes', position: 0, length: 1 }] as const;
  const open = (path: string) => ({ kind: 'file', path, mode: 0o600, modified: 0 }) as const;
  expect(() => run({ steps: [open('full'), next], bytes })).toThrow('no space');
  run({
    steps: [next, { kind: 'close', size: 1 }, open('other'), next, { kind: 'close', size: 1 }],
    bytes: Buffer.from('ab'),
  });
  expect(written).toEqual(['other', 'other closed']);
});
