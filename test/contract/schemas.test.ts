import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { Redactor } from '../../src/domain/core/secret.ts';
import { reportParts, type Report } from '../../src/domain/reports/report.ts';
import { reasons, reasonsOf, type Reason } from '../../src/domain/reports/reasons.ts';
import { loadTasks } from '../../src/tasks/index.ts';
import { makeFolder } from '../builders/command.ts';
import { assertWritten, newAjv, problemsOf, readSchema } from '../builders/documents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const names = globSync('schemas/**/*.schema.json', { cwd: root }).map((file) =>
  file.replace('schemas/', '').replace('.schema.json', ''),
);
const address = 'https://github.com/crane-tasks/crane-tasks/raw/main/schemas';

/** The report of a task with an item for each code. */
function reportOf(task: string, codes: readonly string[]): Report {
  const parts = reportParts(
    {
      task,
      version: '0.1.0',
      programs: { node: '24.0.0' },
      status: 'incomplete',
      message: 'm',
      remedy: 'r',
      startedAt: new Date(0).toISOString(),
      durationMilliseconds: 5,
      input: { 'dry-run': true, wait: 5, context: 'source' },
      // Codes of other tasks are among them, to be refused.
      items: codes.map((code) => ({ id: code, outcome: 'failed', reason: code as Reason, evidence: { size: 5 } })),
    },
    new Redactor(),
  );
  return JSON.parse([...parts].join('')) as Report;
}

describe('the schema', () => {
  it.each(names)('%s is one of JSON Schema 2020-12, with its address, a title and a description', (name) => {
    const schema = readSchema(name);
    expect(() => newAjv().compile(schema)).not.toThrow();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `${address}/${name}.schema.json`,
      title: expect.any(String) as string,
      description: expect.stringMatching(/\.$/) as string,
    });
  });

  it.each(globSync('src/domain/schemas/validators/*.ts', { cwd: root }))(
    'is compiled into functions that need no package and evaluate no code: %s',
    (file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      expect(text).not.toMatch(/\brequire\(|new Function|\beval\(/);
      expect([...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from)).toEqual([
        '../../core/parse-document.ts',
        '../documents.ts',
      ]);
    },
  );
});

describe('a golden file', () => {
  const files = globSync('test/golden/**/{plan,index}.json', { cwd: root });

  it.each(files)('%s fits its schema', (file) => {
    const index = file.includes('/transform/index.json') ? 'internal/transform-index' : 'internal/export-index';
    const document: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    expect(problemsOf(file.endsWith('plan.json') ? 'plan' : index, document)).toEqual([]);
  });
});

describe('the report of a task', async () => {
  const tasks = await loadTasks();

  it.each(tasks.map((task) => [task.name, task.reasons] as const))('%s may have each of its reasons', (name, areas) => {
    expect(problemsOf('report', reportOf(name, Object.keys(reasonsOf(areas))))).toEqual([]);
  });

  it.each(tasks.map((task) => [task.name, task.reasons] as const))('%s has no other reason', (name, areas) => {
    const own = Object.keys(reasonsOf(areas));
    const others = Object.values(reasons).flatMap((codes) => Object.keys(codes));
    const foreign = [...others, 'because'].filter((code) => !own.includes(code));
    for (const code of foreign) expect(problemsOf('report', reportOf(name, [code]))).not.toEqual([]);
  });

  it('uses each area of reasons', () => {
    const used = new Set(tasks.flatMap((task) => task.reasons));
    expect(Object.keys(reasons).filter((area) => ![...used].some((each) => each === area))).toEqual([]);
  });

  it('has counts, a time and values of known types', () => {
    const report = reportOf('crane-export', ['exported']);
    for (const wrong of [
      { counts: { ...report.counts, failed: -1 } },
      { startedAt: 'today' },
      { input: { a: {} } },
      { status: 'ended' },
      { later: true },
    ])
      expect(problemsOf('report', { ...report, ...wrong })).not.toEqual([]);
  });

  it('may have further members and tasks for a reader', () => {
    const validate = newAjv().compile(readSchema('report'));
    expect(validate({ ...reportOf('later-task', ['later-reason']), later: true })).toBe(true);
  });
});

describe('a run of a program in the suites', () => {
  it.each([
    ['reports/crane-export.json', { ...reportOf('crane-export', ['exported']), items: [{ id: 'a' }] }],
    ['plan.json', {}],
    ['surface.json', {}],
  ])('fails when it writes an invalid %s', async (file, document) => {
    const folder = await makeFolder();
    try {
      const since = Date.now() - 1000;
      await mkdir(path.join(folder.path, 'out/reports'), { recursive: true });
      await writeFile(path.join(folder.path, 'out', file), JSON.stringify(document));
      await expect(assertWritten({ cwd: folder.path, args: [], since })).rejects.toThrow(/is not a valid/);
      await expect(assertWritten({ cwd: folder.path, args: [], since: since + 60_000 })).resolves.toBeUndefined();
    } finally {
      await folder.remove();
    }
  });
});
