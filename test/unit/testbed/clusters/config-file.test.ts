import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeConfigFile } from '../../../../testbed/clusters/config-file.ts';

describe('writeConfigFile', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'config-file-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('leaves a file with the same content untouched, because some programs end when theirs is written', () => {
    const file = path.join(folder, 'a', 'b.json');
    writeConfigFile(file, { a: 1 });
    utimesSync(file, 1000, 1000);
    writeConfigFile(file, { a: 1 });
    expect(statSync(file).mtimeMs).toBe(1_000_000);
  });

  it('gives another version for another content', () => {
    const file = path.join(folder, 'c');
    const first = writeConfigFile(file, 'one');
    const second = writeConfigFile(file, 'two');
    expect(second.version).not.toBe(first.version);
    expect(readFileSync(file, 'utf8')).toBe('two');
  });

  it('keeps what may hold a password from other users', () => {
    const { file } = writeConfigFile(path.join(folder, 'd'), 'x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
