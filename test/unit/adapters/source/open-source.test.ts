import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSource, type SourceOptions } from '../../../../src/adapters/source/open-source.ts';
import { createTarReader } from '../../../../src/domain/source/tar-reader.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'source-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
}

function open(more: Partial<SourceOptions> = {}) {
  const { signal } = new AbortController();
  return openSource(dir, { path: '', patterns: [], useGitignore: true, signal, ...more });
}

async function listed(more: Partial<SourceOptions> = {}) {
  const { list } = await open(more);
  return {
    paths: list?.entries.map((entry) => entry.path),
    left: list?.leftOut.map((each) => `${each.path}: ${each.rule}`),
    ruleFile: list?.ruleFile,
  };
}

it('is refused if the path does not exist, without the name of the folder', async () => {
  write({ 'a.js': '1' });
  const refused = { code: 'invalid-param', message: 'reading path: the source has no "b/c"' };
  await expect(open({ path: 'b/c' })).rejects.toMatchObject(refused);
});

describe('a folder as a source', () => {
  it('is without what its rules leave out', async () => {
    write({ 'a.js': '1', 'b.log': '2', 'src/.gitignore': '*.tmp\n', 'src/c.tmp': '3', 'src/d.js': '4', '.git/x': '5' });
    write({ '.gitignore': '*.log\n' });
    const found = await listed();
    expect(found.paths).toEqual(['a.js', 'src', 'src/d.js']);
    expect(found.ruleFile).toBe('.gitignore');
    expect(found.left).toEqual([
      '.git/: always left out',
      '.gitignore: always left out',
      'b.log: .gitignore: *.log',
      'src/.gitignore: always left out',
      'src/c.tmp: src/.gitignore: *.tmp',
    ]);
    expect((await listed({ useGitignore: false })).paths).toContain('b.log');
    expect((await listed({ patterns: ['a.js'] })).paths).toEqual(['src', 'src/d.js']);
  });

  it('has rules of its own, which replace .gitignore', async () => {
    write({ 'a.js': '1', 'b.log': '2', '.gitignore': '*.js\n', '.epinioignore': '*.log\n' });
    expect(await listed()).toMatchObject({ paths: ['a.js'], ruleFile: '.epinioignore' });
  });

  it('has no files whose names are not UTF-8, and lists them', async () => {
    write({ 'a.js': '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/caf`), Buffer.from([0xe9])]), 'x');
    const found = await listed();
    expect(found.paths).toEqual(['a.js']);
    expect(found.left).toEqual(['caf\uFFFD: a name that is not UTF-8']);
  });

  it('has links only when they stay in it, and nothing but files', async () => {
    write({ a: '1' });
    symlinkSync('a', path.join(dir, 'inside'));
    symlinkSync('../x', path.join(dir, 'outside'));
    symlinkSync('/etc/passwd', path.join(dir, 'absolute'));
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    const found = await listed();
    expect(found.paths).toEqual(['a', 'inside']);
    expect(found.left).toEqual([
      'absolute: a link out of the folder',
      'outside: a link out of the folder',
      'pipe: a device, pipe or socket',
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no files', {}, 'the folder has no files'],
    ['rules that leave out all', { a: '1', '.epinioignore': '*' }, '.epinioignore leaves out all files'],
    ['rules that are too large', { a: '1', '.epinioignore': '#'.repeat(1024 * 1024 + 1) }, 'too large for rules'],
  ])('is refused with %s', async (_what, files, why) => {
    write(files);
    const error = await thrownBy(() => open());
    expect(error.code).toBe('invalid-file');
    expect(error.message).toContain(why);
  });

  it.each([
    ['..', 'invalid-param'],
    ['/etc', 'invalid-param'],
    ['a/../../b', 'invalid-param'],
    ['none', 'invalid-param'],
  ])('at %s is refused', async (place, code) => {
    expect((await thrownBy(() => open({ path: place }))).code).toBe(code);
  });
});

describe('a packed source', () => {
  it('is the same each time, with all entries', async () => {
    write({ 'app/run.sh': 'run', 'app/sub/empty': '', 'app/big': 'x'.repeat(700_000) });
    symlinkSync('run.sh', path.join(dir, 'app/link'));
    const { origin, pack } = await open({ path: 'app' });
    expect(origin).toBe(path.join(dir, 'app'));
    const content = await pack();
    const names: string[] = [];
    const begin = ({ kind, name, size }: { readonly kind: string; readonly name: string; readonly size: number }) =>
      void names.push(`${kind} ${name} ${String(size)}`);
    const reader = createTarReader({ begin, content: () => undefined, end: () => undefined });
    let size = 0;
    for await (const bytes of content.open()) {
      size += bytes.length;
      reader.push(bytes);
    }
    reader.end();
    expect(size).toBe(content.size);
    expect(names).toEqual([
      ...['file big 700000', 'symlink link 0', 'file run.sh 3', 'folder sub 0', 'file sub/empty 0'],
    ]);
    expect((await (await open({ path: 'app' })).pack()).sha256).toBe(content.sha256);
  });

  it('is refused when a file changes', async () => {
    write({ a: 'long text' });
    const { pack } = await open();
    truncateSync(path.join(dir, 'a'), 3);
    expect((await thrownBy(pack)).code).toBe('incomplete');
  });

  it('can be an archive, as it is', async () => {
    write({ 'app.zip': 'bytes' });
    const { list, pack } = await open({ path: 'app.zip' });
    expect(list).toBeUndefined();
    const content = await pack();
    expect(await text(content.open())).toBe('bytes');
    expect(content.size).toBe(5);
  });
});
