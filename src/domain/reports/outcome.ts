import type { Reason, ReasonGroup } from './reasons.ts';

/** What became of one planned unit of work. `skipped` was so planned; `failed` makes the run incomplete. */
export interface Item<G extends ReasonGroup = ReasonGroup> {
  /** Names the unit for a reader, for example `apps/v1 Deployment shop/web`. */
  readonly id: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
  /** Code for programs, one of docs/reason-codes.md. */
  readonly reason: Reason<G>;
  /** One sentence for a reader. */
  readonly message?: string;
  /** Proof: digests, resource versions, sizes. Never secrets. */
  readonly evidence?: Readonly<Record<string, string | number>>;
}

export interface Counts {
  readonly planned: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
}

/** How a task ended when it could do its work, wholly or in part. */
export interface Outcome<
  ResultName extends string = string,
  G extends ReasonGroup = ReasonGroup,
  Items extends Iterable<Item<G>> = readonly Item<G>[],
> {
  readonly items: Items;
  /** Values of the declared results, except `status` and `report-digest`, which the runtime adds. */
  readonly results: Readonly<Record<ResultName, string>>;
  /** Last line for a reader: what was done, with figures. */
  readonly summary: string;
  /** What to do about failed items; required reading when the run is incomplete. */
  readonly remedy?: string;
  /** What the program is asked for on standard output, instead of its results. */
  readonly stdout?: string;
}

/** An outcome of thousands of items, which may be made as they are read, each time again. */
export type LongOutcome<ResultName extends string = string, G extends ReasonGroup = ReasonGroup> = Outcome<
  ResultName,
  G,
  Iterable<Item<G>>
>;

/** A line of a log about an item. */
export function describeItem({ id, reason, message }: Item): string {
  return message === undefined ? `${reason} ${id}` : `${reason} ${id}: ${message}`;
}

/** Counts the items of an outcome by what became of them. */
export function countItems(items: Iterable<Item>): Counts {
  const counts = { planned: 0, done: 0, skipped: 0, failed: 0 };
  for (const item of items) {
    counts.planned += 1;
    counts[item.outcome] += 1;
  }
  return counts;
}

const mostNamed = 5;

/** The tail of a summary: how many items failed, and the first of them by name with their reasons. */
export function nameFailures(items: Iterable<Item>): string {
  const named: string[] = [];
  let failures = 0;
  for (const { id, outcome, reason } of items) {
    if (outcome !== 'failed') continue;
    failures += 1;
    if (failures <= mostNamed) named.push(`${id} (${reason})`);
  }
  if (failures === 0) return '0 failed';
  const more = failures > mostNamed ? ', …' : '';
  return `${String(failures)} failed: ${named.join(', ')}${more}`;
}
