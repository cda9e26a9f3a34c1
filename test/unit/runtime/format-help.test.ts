import { describe, expect, it } from 'vitest';

import { formatHelp } from '../../../src/runtime/format-help.ts';
import { loadTasks } from '../../../src/tasks/index.ts';

const tasks = await loadTasks();

describe('the help of a task', () => {
  it.each([60, 80, 100, 120])('is at most %i columns wide but for words and examples', async (columns) => {
    for (const task of tasks) {
      const lines = (await formatHelp(task, columns)).split('\n').filter((line) => !line.startsWith('  crane-tasks '));
      expect(lines.filter((line) => line.length > columns && !/^\s*\S+$/.test(line))).toEqual([]);
    }
  });

  it('has description, options by group, defaults, choices, examples and exit codes', async () => {
    const task = tasks.find(({ name }) => name === 'crane-export');
    if (task === undefined) throw new Error('crane-export is missing');
    const text = await formatHelp(task, 100);
    const parts = [
      'Lists all namespaced kinds',
      'Parameters:',
      'Folders:',
      'Options:',
      '-n, --namespace',
      '-o, --output',
    ];
    for (const part of [
      ...parts,
      '[required]',
      '[seal, include, skip]',
      '[default: export]',
      'Exit codes',
      ...task.examples,
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/\[string\]|undefined/);
  });
});
