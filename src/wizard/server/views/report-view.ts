import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../../domain/core/json-object.ts';
import type { ReportItemView, ReportView } from '../../api/after.ts';

const mostItems = 1000;
const millisecondsPerSecond = 1000;
const outcomes = ['failed', 'skipped', 'done'] as const;

/** A report as a page shows it. It was on a volume that others may write to, so any member may be anything. */
export function viewReport(report: JsonObject): ReportView {
  const items = arrayAt(report, 'items').flatMap(viewItem);
  const sorted = outcomes.flatMap((outcome) => items.filter((item) => item.outcome === outcome));
  const textAt = (name: string): string => stringAt(report, name) ?? '';
  const countAt = (name: string): number => Number(valueAt(report, 'counts', name) ?? 0);
  return {
    task: textAt('task'),
    status: textAt('status'),
    message: textAt('message'),
    remedy: textAt('remedy'),
    startedAt: textAt('startedAt'),
    seconds: Number(valueAt(report, 'durationMilliseconds') ?? 0) / millisecondsPerSecond,
    counts: {
      planned: countAt('planned'),
      done: countAt('done'),
      skipped: countAt('skipped'),
      failed: countAt('failed'),
    },
    items: sorted.slice(0, mostItems),
    leftOut: Math.max(0, sorted.length - mostItems),
  };
}

function viewItem(item: unknown): readonly ReportItemView[] {
  const [id, found, reason] = ['id', 'outcome', 'reason'].map((name) => stringAt(item, name));
  const outcome = outcomes.find((each) => each === found);
  if (id === undefined || outcome === undefined) return [];
  const evidence = valueAt(item, 'evidence');
  return [
    {
      id,
      outcome,
      reason: reason ?? '',
      message: stringAt(item, 'message') ?? '',
      evidence: Object.entries(isObject(evidence) ? evidence : {}).map(([name, value]) => `${name}: ${String(value)}`),
    },
  ];
}
