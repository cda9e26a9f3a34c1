import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { rootAt, type Place } from '../../../../src/adapters/files/place.ts';
import { createReader } from '../../../../src/adapters/files/read-text.ts';

let folder: string;

function placeOf(file: string): Place {
  return { root: rootAt(folder, 'refused'), path: path.relative(folder, file) };
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crane-tasks-read-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a reader of many files', () => {
  it('gives each its own text, and lets others continue in between', async () => {
    const names = Array.from({ length: 100 }, (_, index) => path.join(folder, String(index)));
    for (const name of names) await writeFile(name, `é ${name}`);
    const read = createReader();
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    for (const name of names) expect(await read(placeOf(name))).toBe(`é ${name}`);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(0);
  });

  it('reports each that is missing', async () => {
    const read = createReader();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(read(placeOf(path.join(folder, 'none')))).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });
});
