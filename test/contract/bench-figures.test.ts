import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { measuredCode, readFigures, staleFigures } from '../../scripts/bench-figures.ts';

it('has no figure in bench/README.md that is more than a release older than the code it measures', async () => {
  const figures = readFigures(await readFile('bench/README.md', 'utf8'));
  expect(figures.map(({ section }) => section).toSorted()).toEqual(Object.keys(measuredCode).toSorted());
  expect(staleFigures(figures, '.')).toEqual([]);
});

it('names code that is there', () => {
  const missing = Object.values(measuredCode).flatMap((paths) => paths.filter((path) => !existsSync(path)));
  expect(missing).toEqual([]);
});

it('finds a figure that is older than a change of the release before the latest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-figures-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const commit = async (text: string): Promise<string> => {
    await writeFile(join(folder, 'code.ts'), text);
    git('add', 'code.ts');
    git('commit', '--quiet', '--message', text);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet');
  const measured = await commit('measured');
  const page = `<!-- measured: export; do not edit -->\nOn 2 cores, commit ${measured}.\n<!-- end of export -->\n`;
  const stale = (): readonly string[] => staleFigures(readFigures(page), folder, { export: ['code.ts'] });
  await commit('changed');
  git('tag', 'v0.1.0');
  expect(stale()).toEqual([]);
  await commit('changed again');
  git('tag', 'v0.2.0');
  expect(stale()).toEqual([
    `export: measured at ${measured}, before 1 commits of v0.1.0 to the code: node bench/main.ts export`,
  ]);
});

it('finds a figure without a commit', () => {
  const figures = readFigures('<!-- measured: export; do not edit -->\nOn 2 cores.\n<!-- end of export -->\n');
  expect(staleFigures(figures, '.')).toEqual([
    'export: names no commit, measure it again with node bench/main.ts export',
  ]);
});
