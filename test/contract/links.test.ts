import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { recoveryOfCutover, recoveryUrl } from '../../src/domain/reports/recovery.ts';
import { foldersIn, loadDefinitions, readManifest } from './task-files.ts';

const pages = [
  ...['README.md', 'DEVELOPMENT.md', 'CONTRIBUTING.md', 'UPGRADING.md'],
  ...['CHANGELOG.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'MAINTAINERS.md'],
  ...globSync('docs/**/*.md'),
  ...foldersIn('tasks').map((task) => `tasks/${task}/README.md`),
  ...foldersIn('samples').flatMap((sample) => {
    const page = `samples/${sample}/README.md`;
    return existsSync(page) ? [page] : [];
  }),
];

/** Targets of the links of a page that lead to files here. */
function linksOf(page: string): readonly string[] {
  const targets = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** What is wrong with a link from a folder; undefined when it leads somewhere. */
function problemOf(target: string, folder: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  const found = path.join(folder, file);
  if (file !== '' && !existsSync(found)) return `${target}: no such file`;
  if (anchor === undefined) return undefined;
  return anchorsOf(found).includes(anchor) ? undefined : `${target}: no such heading`;
}

describe('links', () => {
  it.each(pages)('of %s lead to files and headings that there are', (page) => {
    const problems = linksOf(page).map((target) =>
      target.startsWith('#')
        ? problemOf(path.basename(page) + target, path.dirname(page))
        : problemOf(target, path.dirname(page)),
    );
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it('are on the pages: some to headings, too', () => {
    expect(pages.flatMap(linksOf).filter((target) => target.includes('#')).length).toBeGreaterThan(5);
    expect(linksOf('README.md')).toContain('docs/recovery.md');
  });
});

describe('what to do when a run failed', () => {
  const pipelines = foldersIn('pipelines').map((name) => readManifest(`pipelines/${name}/${name}.yaml`));
  const steps = pipelines.flatMap((pipeline) => [
    ...arrayAt(pipeline, 'spec', 'tasks'),
    ...arrayAt(pipeline, 'spec', 'finally'),
  ]);

  it('is described for each task of each Pipeline', () => {
    const table = readFileSync('docs/recovery.md', 'utf8');
    const names = [...new Set(steps.map((step) => stringAt(step, 'name') ?? ''))];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  it('is linked by what programs print', async () => {
    const anchors = (await loadDefinitions()).flatMap(({ recovery }) => recovery ?? []);
    const targets = [...anchors.map(recoveryUrl), recoveryOfCutover];
    expect(targets.length).toBeGreaterThan(10);
    const project = 'https://github.com/crane-tasks/crane-tasks/blob/main/';
    expect(targets.filter((target) => !target.startsWith(project))).toEqual([]);
    expect(targets.flatMap((target) => problemOf(target.slice(project.length), '.') ?? [])).toEqual([]);
  });

  it('names samples that there are', () => {
    const files = [...readFileSync('docs/recovery.md', 'utf8').matchAll(/tasks\/[\w-]+\/samples\/[\w.-]+/g)].map(
      ([file]) => file,
    );
    expect(files.length).toBeGreaterThan(2);
    expect(
      files.filter((file) => !existsSync(file) || !readFileSync(file, 'utf8').includes('crane-tasks-data')),
    ).toEqual([]);
  });
});
