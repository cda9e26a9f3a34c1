import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listSource } from '../../../../src/adapters/source/list-source.ts';

const files = [
  ...['a.log', 'b.txt', 'keep.log', 'name', 'deep/name', 'deep/er/name', 'deep/er/a.log', 'build/out', 'src/build/out'],
  ...['src/main.js', 'src/lib/x.js', 'src/lib/y.ts', 'docs/a.md', 'docs/sub/b.md', 'docs/sub/c.txt', '#hash', '!bang'],
  ...[
    'space ',
    'with space/x',
    'Foo.TXT',
    'foo.txt',
    'foo/bar/baz',
    'x/foo/bar',
    'abc',
    'a1c',
    'a/b',
    'a/x/b',
    'a/x/y/b',
  ],
  ...['.env', '.hidden/x', 'é.txt', '[x]', 'star*', 'back\\slash', 'only/.gitkeep'],
];

const table: readonly string[] = [
  ...[
    '*.log',
    '*.log\n!keep.log',
    '/name',
    'name',
    'name/',
    'deep/',
    'deep/name',
    '/deep/name',
    'build',
    'build/',
    '/build/',
  ],
  ...[
    'build/*',
    'build/*\n!build/out',
    '/*\n!/src',
    '/*\n!/src/',
    '**/name',
    'deep/**',
    '**/er/**',
    'a/**/b',
    'docs/*.md',
  ],
  ...[
    'docs/**/*.md',
    '\\#hash',
    '#hash',
    '\\!bang',
    '!bang',
    'space\\ ',
    'space ',
    'with space',
    'foo.txt',
    'FOO.TXT',
    'foo/bar',
  ],
  ...[
    '/foo/bar',
    'a?c',
    'a[0-9]c',
    'a[!0-9]c',
    '.*',
    '.*\n!.env',
    '\\[x\\]',
    'star\\*',
    '*.txt\n!docs/sub/c.txt',
    'src\n!src/main.js',
  ],
  ...[
    'src/*\n!src/lib\nsrc/lib/*\n!src/lib/x.js',
    '*\n!*/\n!*.js',
    'é.txt',
    '',
    '# comment\n\n*.md',
    'only/',
    '  name',
    'back\\\\slash',
  ],
  ...['src/lib/\n!src/lib/x.js', '*.[lt]*', 'docs/sub', '/docs/sub/', '**'],
];

let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'ignore-'));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), 'x');
  }
  await execa('git', ['init', '--quiet'], { cwd: dir });
});
afterAll(() => rmSync(dir, { recursive: true }));

async function listOurs(): Promise<readonly string[]> {
  try {
    const { signal } = new AbortController();
    const { entries } = await listSource(dir, { patterns: [], useGitignore: true, signal });
    return entries.filter(({ kind }) => kind === 'file').map((entry) => entry.path);
  } catch (error) {
    expect(String(error)).toContain('leaves out all files');
    return [];
  }
}

async function listGit(): Promise<readonly string[]> {
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { stdout } = await execa('git', ['ls-files', '-z', '--others', '--exclude-standard'], { cwd: dir, env });
  const names = stdout.split('\0').filter((name) => name !== '' && path.basename(name) !== '.gitignore');
  return names.sort();
}

describe('rules of .gitignore', () => {
  it.each(table)('leave out what git leaves out: %j', async (text) => {
    writeFileSync(path.join(dir, '.gitignore'), text);
    expect([...(await listOurs())].sort()).toEqual(await listGit());
  });

  it('of a folder come before those above it', async () => {
    writeFileSync(path.join(dir, '.gitignore'), '*.md\nout\n');
    writeFileSync(path.join(dir, 'docs/.gitignore'), '!a.md\n/sub/c.txt\n');
    expect([...(await listOurs())].sort()).toEqual(await listGit());
    rmSync(path.join(dir, 'docs/.gitignore'));
  });

  it('do not count beside .epinioignore', async () => {
    writeFileSync(path.join(dir, '.gitignore'), 'src\n');
    writeFileSync(path.join(dir, '.epinioignore'), '/*\n!/src\n');
    expect(await listOurs()).toEqual(['src/build/out', 'src/lib/x.js', 'src/lib/y.ts', 'src/main.js']);
    rmSync(path.join(dir, '.epinioignore'));
  });
});
