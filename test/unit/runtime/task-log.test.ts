import { describe, expect, it } from 'vitest';

import type { LoggedItem, ProgressSubject } from '../../../src/domain/core/ports.ts';
import type { Item } from '../../../src/domain/reports/outcome.ts';
import { openTaskLog } from '../../../src/runtime/task-log.ts';
import type { Stage } from '../../../src/runtime/task-card.ts';
import { silentLog } from '../../fakes/silent-log.ts';

function aTaskLog(stage: Stage) {
  const items: LoggedItem[] = [];
  const subjects: (string | ProgressSubject)[] = [];
  const inner = {
    ...silentLog(),
    item: (item: LoggedItem) => void items.push(item),
    progress: (_done: number, _total: number, subject: string | ProgressSubject) => void subjects.push(subject),
  };
  return { items, subjects, inner, ...openTaskLog(inner, { name: 'task', stage }) };
}

const item: Item = { id: 'a', outcome: 'done', reason: 'exported' };

describe('the log of a task', () => {
  it.each([
    ['copy-images', 'image'],
    ['transfer-volumes', 'claim'],
    ['export', 'object'],
  ] as const)('of the stage %s has items of the kind %s', (stage, kind) => {
    const { items, subjects, log } = aTaskLog(stage);
    log.item(item);
    log.progress(1, 2, 'x');
    log.progress(1, 2, { id: 'a' });
    expect(items).toEqual([{ ...item, task: 'task', kind }]);
    expect(subjects).toEqual([
      { task: 'task', kind, message: 'x' },
      { task: 'task', kind, id: 'a' },
    ]);
  });

  it('keeps the name of a task inside the task', () => {
    const { items, log } = aTaskLog('migrate');
    openTaskLog(log, { name: 'inner', stage: 'copy-images' }).log.item(item);
    expect(items).toEqual([{ ...item, task: 'inner', kind: 'image' }]);
  });

  it('reports at the end what the task did not report, or reported otherwise', () => {
    const { items, log, reportItems } = aTaskLog('export');
    log.item(item);
    log.item({ ...item, id: 'b' });
    const failed: Item = { id: 'b', outcome: 'failed', reason: 'forbidden' };
    reportItems([item, { ...item, id: 'c' }, failed]);
    expect(items.slice(2)).toMatchObject([failed, { id: 'c' }]);
  });

  it('reports some thousand items at most, those that failed first', () => {
    const { items, reportItems } = aTaskLog('export');
    const many = Array.from({ length: 5000 }, (_, index): Item => ({ ...item, id: String(index) }));
    reportItems([...many, { id: 'bad', outcome: 'failed', reason: 'forbidden' }]);
    expect(items).toHaveLength(2000);
    expect(items[0]).toMatchObject({ id: 'bad' });
  });
});
