import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readNamed } from '../../../../src/adapters/files/read-pipe.ts';

let folder: string;
let pipe: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pipe-'));
  pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});

afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();

describe('a FIFO that the user names', () => {
  it.each(['', 'a: 1\n', 'x'.repeat(300_000)])('is read when its writer comes', async (text) => {
    const reading = readNamed(pipe, signal);
    await setTimeout(50);
    await writeFile(pipe, text);
    expect((await reading).toString('utf8')).toBe(text);
  });

  it('is read to its end, however slowly its writer writes', async () => {
    const reading = readNamed(pipe, signal);
    execFileSync('sh', ['-c', 'exec > "$1"; echo a; sleep 0.1; echo b', 'sh', pipe]);
    expect((await reading).toString('utf8')).toBe('a\nb\n');
  });

  it('without a writer ends with the run', async () => {
    const stop = new AbortController();
    const reading = readNamed(pipe, stop.signal);
    await setTimeout(50);
    stop.abort(new Error('stopped'));
    await expect(reading).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a file that the user names', () => {
  it('is read as a whole', async () => {
    await writeFile(path.join(folder, 'file'), 'a: 1\n');
    expect((await readNamed(path.join(folder, 'file'), signal)).toString('utf8')).toBe('a: 1\n');
  });

  it.each(['.', '/dev/zero'])('is refused unless it is a file: %s', async (name) => {
    await expect(readNamed(path.resolve(folder, name), signal)).rejects.toMatchObject({ code: 'invalid-file' });
  });
});
