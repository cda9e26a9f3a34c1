import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { surveyFiles } from '../../../src/adapters/files/volume-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'survey-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a look at the files of a volume', () => {
  it('counts as rsync does: folders, links and the root too', () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/file'), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/a/`), Buffer.from([0xff, 0x0a])]), 'no text');
    symlinkSync('nowhere', join(folder, 'link'));
    symlinkSync('a', join(folder, 'link to a folder'));
    expect(surveyFiles(folder, 60_000)).toEqual({ files: 7, hasHoles: false, large: [] });
  });

  it('finds a file that takes less space than its size', () => {
    writeFileSync(join(folder, 'dense'), Buffer.alloc(1_000_000, 1));
    expect(surveyFiles(folder, 60_000).hasHoles).toBe(false);
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner/sparse'), 'x');
    truncateSync(join(folder, 'inner/sparse'), 1_000_000);
    expect(surveyFiles(folder, 60_000).hasHoles).toBe(true);
  });

  it('names large files that are worth a connection of their own, and have one name that means itself', () => {
    const bytes = 64 * 1024 * 1024;
    mkdirSync(join(folder, 'inner'));
    for (const name of ['inner/large file', 'inner/large\n', 'inner/larg\u00e9', 'inner/linked', 'small']) {
      writeFileSync(join(folder, name), 'x');
      truncateSync(join(folder, name), name === 'small' ? bytes - 1 : bytes);
    }
    linkSync(join(folder, 'inner/linked'), join(folder, 'link'));
    expect(surveyFiles(folder, 60_000).large).toEqual(['inner/large file']);
  });

  it('says that it does not know when there was no time to see all', () => {
    writeFileSync(join(folder, 'file'), 'x');
    expect(surveyFiles(folder, -1)).toEqual({ files: undefined, hasHoles: undefined, large: [] });
  });

  it('leaves what cannot be read to the copy', () => {
    expect(surveyFiles(join(folder, 'gone'), 60_000)).toEqual({ files: 1, hasHoles: false, large: [] });
  });
});
