import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { escapeControls } from '../core/log-text.ts';
import { parseJson } from '../core/parse-json.ts';
import { parseLogLine, type LogLine } from '../runs/log-line.ts';
import type { ItemEvent, ProgressEvent } from '../schemas/documents.ts';
import {
  hasEnded,
  queuedRow,
  withOutcome,
  withPhase,
  withProgress,
  type ProgressRow,
  type RowKind,
} from './progress-row.ts';

export interface KindCounts {
  readonly all: number;
  readonly ended: number;
  readonly failed: number;
}

export type ProgressCounts = Readonly<Record<RowKind, KindCounts>>;

/** What the log of a task of the Pipeline says last, and the outcomes of its items. */
export interface TaskProgress {
  readonly task: string;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** The last line; cut, without control characters. */
  readonly text: string;
}

/** Rows that changed after a version, the oldest change first. */
export interface ProgressPart {
  readonly rows: readonly ProgressRow[];
  /** Up to which the rows are. */
  readonly version: number;
}

/** Beyond, items are only counted: what a page shows, and the memory of the server, are bounded. */
const mostRows = 10_000;
const mostPlanned = 5000;
const longestText = 200;
/** Its images are named as at the source; those that it plans are copied by another task. */
const planningTask = 'crane-skopeo-sync-gen';
/** Their items are tasks that ran inside them; the reports of those have the objects. */
const joiningTasks: readonly string[] = [
  'crane-cluster-contexts',
  'crane-export-plan',
  'crane-manifests',
  'crane-migrate',
];
const claimPrefix = /^claim /;
/** Files of a claim are counted with the objects. */
const filePrefix = 'file ';
const kindsOfTasks: ReadonlyMap<string, RowKind> = new Map([
  ['crane-skopeo-sync', 'image'],
  ['crane-image-sync', 'image'],
  ['crane-transfer-pvc', 'claim'],
]);

/** What the logs of a run say of its images, claims and objects. */
export class RunProgress {
  readonly #rows = new Map<string, { readonly row: ProgressRow; readonly version: number }>();
  readonly #tasks = new Map<string, TaskProgress>();
  #version = 0;
  #left = 0;

  /** Counts the changes. */
  get version(): number {
    return this.#version;
  }

  /** Items beyond the rows that are kept. */
  get left(): number {
    return this.#left;
  }

  get tasks(): readonly TaskProgress[] {
    return [...this.#tasks.values()];
  }

  /** The images and claims of plan.json, which wait. @param plan as parsed JSON, whatever it holds */
  plan(plan: unknown, sourceNamespace: string, kindsOfRun: readonly RowKind[]): void {
    const images = arrayAt(plan, 'images', 'images').flatMap(destinationsOf);
    const claims = arrayAt(plan, 'claims').flatMap((claim) => stringAt(claim, 'name') ?? []);
    const planned = [
      ...images.map((id) => queuedRow('image', id)),
      ...claims.map((name) => queuedRow('claim', `${sourceNamespace}/${name}`)),
    ];
    for (const row of planned.slice(0, mostPlanned)) {
      if (kindsOfRun.includes(row.kind) && !this.#rows.has(keyOf(row.kind, row.id, ''))) this.#put(row);
    }
  }

  /** Takes a line of the log of a task of the Pipeline. A message may say what is done with a claim. */
  take(line: string, task: string): void {
    const parsed = parseLogLine(line);
    this.#version += 1;
    this.#tasks.set(
      task,
      taskAfter(this.#tasks.get(task) ?? { task, done: 0, skipped: 0, failed: 0, text: '' }, parsed),
    );
    if (parsed.kind === 'event') this.#takeEvent(parsed.event);
    else this.#takeMessage(parsed.text);
  }

  /** Takes a report, which has the proof of each item. @param text JSON, as `crane-summary` prints it */
  takeReport(text: string): void {
    const report = parseJson(text);
    const task = stringAt(report, 'task') ?? '';
    if (task === planningTask || joiningTasks.includes(task)) return;
    for (const item of arrayAt(report, 'items')) this.#takeItem(item, task);
  }

  /** What changed after a version, in parts. @param most rows of a part */
  since(version: number, most: number): readonly ProgressPart[] {
    const changed = [...this.#rows.values()].filter((each) => each.version > version);
    changed.sort((one, other) => one.version - other.version);
    return Array.from({ length: Math.max(1, Math.ceil(changed.length / most)) }, (_, index) => {
      const next = changed[(index + 1) * most];
      const rows = changed.slice(index * most, (index + 1) * most).map(({ row }) => row);
      return { rows, version: next === undefined ? this.#version : next.version - 1 };
    });
  }

  counts(): ProgressCounts {
    const all = [...this.#rows.values()].map(({ row }) => row);
    const countOf = (kind: RowKind): KindCounts => {
      const rows = all.filter((row) => row.kind === kind);
      const failed = rows.filter(({ state }) => state === 'failed').length;
      return { all: rows.length, ended: rows.filter(hasEnded).length, failed };
    };
    return { image: countOf('image'), claim: countOf('claim'), object: countOf('object') };
  }

  #takeEvent(event: ItemEvent | ProgressEvent): void {
    const { id, task = '' } = event;
    if (id === undefined || joiningTasks.includes(task)) return;
    if (event.event === 'item' && task === planningTask && event.outcome === 'done') return;
    const known = this.#find(event.kind ?? 'object', id, task);
    const row = event.event === 'item' ? withOutcome(known, event) : withProgress(known, event);
    if (row !== known) this.#put(row);
  }

  #takeItem(item: unknown, task: string): void {
    const id = stringAt(item, 'id') ?? '';
    const outcome = stringAt(item, 'outcome');
    if (id === '' || (outcome !== 'done' && outcome !== 'skipped' && outcome !== 'failed')) return;
    const known = this.#find(kindsOfTasks.get(task) ?? 'object', id, task);
    const message = stringAt(item, 'message') ?? known.message;
    const row = withOutcome(known, { task, outcome, reason: stringAt(item, 'reason') ?? '', message });
    const bytes = numberAt(item, 'bytes') ?? numberAt(item, 'copiedBytes') ?? row.bytes;
    const digest = stringAt(item, 'evidence', 'digest') ?? stringAt(item, 'evidence', 'contentDigest') ?? row.digest;
    this.#put({ ...row, ...(bytes === undefined ? {} : { bytes }), digest });
  }

  #find(kind: RowKind, id: string, task: string): ProgressRow {
    const actual = id.startsWith(filePrefix) ? 'object' : kind;
    const found = this.#rows.get(keyOf(actual, idOf(id), task))?.row;
    return found ?? { ...queuedRow(actual, idOf(id)), task };
  }

  #takeMessage(text: string): void {
    const end = text.indexOf(': ');
    const known = end < 0 ? undefined : this.#rows.get(keyOf('claim', text.slice(0, end), ''))?.row;
    if (known !== undefined) this.#put(withPhase(known, known.task, text.slice(end + 2)));
  }

  #put(row: ProgressRow): void {
    const key = keyOf(row.kind, row.id, row.task);
    if (!this.#rows.has(key) && this.#rows.size >= mostRows) {
      this.#left += 1;
      return;
    }
    this.#version += 1;
    this.#rows.set(key, { row, version: this.#version });
  }
}

function taskAfter(known: TaskProgress, parsed: LogLine): TaskProgress {
  const text = escapeControls(parsed.text.slice(0, longestText)).trim();
  const shown = text === '' ? known : { ...known, text };
  if (parsed.kind === 'message' || parsed.event.event === 'progress') return shown;
  const { outcome } = parsed.event;
  if (outcome === 'done') return { ...shown, done: shown.done + 1 };
  return outcome === 'failed' ? { ...shown, failed: shown.failed + 1 } : { ...shown, skipped: shown.skipped + 1 };
}

/** An object has a row for each task: it is exported, applied and verified. */
function keyOf(kind: RowKind, id: string, task: string): string {
  return JSON.stringify(kind === 'object' ? [kind, id, task] : [kind, id]);
}

function idOf(id: string): string {
  return id.replace(claimPrefix, '');
}

function destinationsOf(image: unknown): readonly string[] {
  const destination = stringAt(image, 'destination');
  const tags = arrayAt(image, 'tags').filter((tag) => typeof tag === 'string');
  return destination === undefined ? [] : tags.map((tag) => `${destination}:${tag}`);
}

function numberAt(item: unknown, name: string): number | undefined {
  const found = valueAt(item, 'evidence', name);
  return typeof found === 'number' ? found : undefined;
}
