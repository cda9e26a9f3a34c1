import { useRef, useState } from 'react';

import type { ProgressEvent } from '../../../src/wizard/api/events.ts';
import type { ProgressCounts, ProgressRow, RowKind, TaskProgress } from '../../../src/wizard/api/progress.ts';
import { useTopic } from '../events/use-events.ts';

export interface Progress {
  /** Failed ones first, then those that run, then by name. */
  readonly rows: Readonly<Record<RowKind, readonly ProgressRow[]>>;
  readonly counts: ProgressCounts;
  readonly tasks: readonly TaskProgress[];
  /** Items of which there is no row. */
  readonly left: number;
}

/** How far a run is, as its logs say; undefined before the server has read them. */
export function useProgress(run: string): Progress | undefined {
  const rows = useRef(new Map<string, ProgressRow>());
  const [progress, setProgress] = useState<Progress>();
  useTopic(`progress:${run}`, (event) => {
    if (event.type !== 'progress') return;
    merge(rows.current, event);
    const sorted = [...rows.current.values()].sort(compare);
    const ofKind = (kind: RowKind): readonly ProgressRow[] => sorted.filter((row) => row.kind === kind);
    const { counts, tasks, left } = event;
    setProgress({
      rows: { image: ofKind('image'), claim: ofKind('claim'), object: ofKind('object') },
      counts,
      tasks,
      left,
    });
  });
  return progress;
}

function merge(rows: Map<string, ProgressRow>, event: ProgressEvent): void {
  if (event.isFirst) rows.clear();
  for (const row of event.rows) {
    // An object has a row for each task that reports it.
    rows.set(JSON.stringify(row.kind === 'object' ? [row.kind, row.id, row.task] : [row.kind, row.id]), row);
  }
}

const order: readonly ProgressRow['state'][] = ['failed', 'copying', 'queued'];

function compare(one: ProgressRow, other: ProgressRow): number {
  const rank = ({ state }: ProgressRow): number => (order.indexOf(state) + order.length + 1) % (order.length + 1);
  if (rank(one) !== rank(other)) return rank(one) - rank(other);
  return one.id < other.id ? -1 : 1;
}
