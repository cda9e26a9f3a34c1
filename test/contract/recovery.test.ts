import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { recoveryChapters, recoveryOf } from '../../src/domain/planning/recovery.ts';
import { catalog } from '../../src/tasks/shared/catalog.ts';

const page = readFileSync('docs/recovery.md', 'utf8');
const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) => title);

/** The rows of the table of failed tasks: names of tasks, and the chapters that the last cell links. */
const rows = [...page.matchAll(/^\| (.+?) \|.*\| (.+) \|$/gm)]
  .map(([, tasks = '', links = '']) => ({
    tasks: [...tasks.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
    chapters: [...links.matchAll(/\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor),
  }))
  .filter(({ tasks }) => tasks.length > 0);

describe('the steps after a failed run', () => {
  it('have the headings of docs/recovery.md, in both directions', () => {
    expect(Object.values(recoveryChapters)).toEqual(headings);
    const anchors = headings.map((title) => title.toLowerCase().replaceAll(' ', '-'));
    expect(Object.keys(recoveryChapters)).toEqual(anchors);
  });

  it('lead to the chapter that the page names for each failed task', () => {
    expect(rows.length).toBeGreaterThan(10);
    for (const { tasks, chapters } of rows) {
      for (const task of tasks) {
        const { chapter } = recoveryOf({ task, action: 'app', hasApplied: false });
        expect([task, chapter]).toEqual([task, chapters[0]]);
      }
    }
    const verify = rows.find(({ tasks }) => tasks.includes('verify'));
    const { chapter } = recoveryOf({ task: 'verify', action: 'cutover', hasApplied: true });
    expect(verify?.chapters).toContain(chapter);
  });

  it('have each chapter that a task names', () => {
    const named = catalog.flatMap(({ recovery }) => recovery ?? []);
    expect(named.filter((anchor) => !Object.hasOwn(recoveryChapters, anchor))).toEqual([]);
  });
});
