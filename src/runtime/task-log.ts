import type { ItemKind, Log, LoggedItem, ProgressSubject } from '../domain/core/ports.ts';
import type { Item } from '../domain/reports/outcome.ts';
import type { Stage, TaskCard } from './task-card.ts';

/**
 * Item events that the end of a task adds at most, failed items first: the kubelet keeps the last 10 MiB of a log, and
 * a run of 100,000 objects would push its own messages out. The report has all items.
 */
const mostAtEnd = 2000;

const kindOfStage: Partial<Readonly<Record<Stage, ItemKind>>> = {
  'plan-images': 'image',
  'copy-images': 'image',
  'publish-application': 'image',
  'build-image': 'image',
  containerize: 'image',
  exports: 'image',
  'transfer-volumes': 'claim',
};

export interface TaskLog {
  readonly log: Log;
  /** Reports the items of the outcome that the task did not report itself. */
  readonly reportItems: (items: Iterable<Item>) => void;
}

/** The log of one task: its events have the name of the task and the kind of its items. */
export function openTaskLog(log: Log, { name, stage }: Pick<TaskCard, 'name' | 'stage'>): TaskLog {
  const source = { task: name, kind: kindOfStage[stage] ?? 'object' } as const;
  const reported = new Set<string>();
  return {
    log: {
      ...log,
      progress: (done, total, subject) => log.progress(done, total, { ...source, ...subjectOf(subject) }),
      item: (item, text) => {
        reported.add(keyOf(item));
        log.item({ ...source, ...item }, text);
      },
    },
    reportItems: (items) => {
      const failed: Item[] = [];
      const others: Item[] = [];
      for (const item of items) {
        const kept = item.outcome === 'failed' ? failed : others;
        if (kept.length < mostAtEnd && !reported.has(keyOf(item))) kept.push(item);
      }
      for (const item of [...failed, ...others].slice(0, mostAtEnd)) log.item({ ...source, ...item });
    },
  };
}

/** A message is about the whole task. */
export function subjectOf(subject: string | ProgressSubject): ProgressSubject {
  return typeof subject === 'string' ? { message: subject } : subject;
}

/** An item that changed after it was reported is reported again. */
function keyOf({ id, outcome, reason }: LoggedItem): string {
  return JSON.stringify([id, outcome, reason]);
}
