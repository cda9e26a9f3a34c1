import type { ItemEvent, ProgressEvent } from '../schemas/documents.ts';

type Outcome = Pick<ItemEvent, 'task' | 'outcome' | 'reason' | 'message'>;

export type RowKind = 'image' | 'claim' | 'object';

/** `present`: the destination has it already. `done` is said of objects and claims, `copied` of images. */
export type RowState = 'queued' | 'copying' | 'present' | 'copied' | 'done' | 'skipped' | 'failed';

/** How far a run is with an image, a claim or an object. Texts are bounded; they may hold anything. */
export interface ProgressRow {
  readonly kind: RowKind;
  /** Of an image its reference at the destination, of a claim `namespace/name`. */
  readonly id: string;
  /** The task that said it; empty for what is planned only. */
  readonly task: string;
  readonly state: RowState;
  /** 0 to 100. It never falls. */
  readonly percent: number;
  /** Undefined: unknown. */
  readonly bytes?: number;
  readonly totalBytes?: number;
  /** Bytes a second. */
  readonly rate?: number;
  /** Until the end, at the speed so far. */
  readonly restSeconds?: number;
  /** Empty: unknown. */
  readonly digest: string;
  /** Code of the outcome; empty: there is none yet. */
  readonly reason: string;
  readonly message: string;
  /** When it began, RFC 3339, and with how many percent; empty: it has not. */
  readonly startedAt: string;
  readonly startedPercent: number;
  /** When its percent changed last. */
  readonly changedAt: string;
}

const longestId = 600;
const longestMessage = 500;
const millisecondsPerSecond = 1000;

/** What is planned, before a task says anything. */
export function queuedRow(kind: RowKind, id: string): ProgressRow {
  return {
    kind,
    id: cut(id, longestId),
    task: '',
    state: 'queued',
    percent: 0,
    digest: '',
    reason: '',
    message: '',
    startedAt: '',
    startedPercent: 0,
    changedAt: '',
  };
}

/** Whether nothing more is expected. */
export function hasEnded({ state }: ProgressRow): boolean {
  return state !== 'queued' && state !== 'copying';
}

/** A row after progress. What came too late changes nothing. */
export function withProgress(row: ProgressRow, { task = '', ...event }: ProgressEvent): ProgressRow {
  if (hasEnded(row) && row.task === task) return row;
  const { time, message, done, total, bytes, totalBytes, rate } = event;
  const now = total > 0 ? Math.min(100, Math.max(0, (done * 100) / total)) : 0;
  const percent = Math.max(row.percent, now);
  const { startedAt, startedPercent, changedAt } = row;
  const speed =
    startedAt === ''
      ? { startedAt: time, startedPercent: percent, changedAt: time }
      : { startedAt, startedPercent, changedAt: percent === row.percent ? changedAt : time };
  return {
    ...withoutSpeed(row),
    ...(row.rate === undefined ? {} : { rate: row.rate }),
    ...speed,
    task,
    state: 'copying',
    percent,
    ...(bytes === undefined ? {} : { bytes }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
    ...(rate === undefined ? {} : { rate }),
    ...restOf(percent, speed, time),
    message: cut(message, longestMessage),
  };
}

/** A row with its outcome. */
export function withOutcome(row: ProgressRow, { task = '', ...item }: Outcome): ProgressRow {
  const state = stateOf(row.kind, item);
  return {
    ...withoutSpeed(row),
    task,
    state,
    percent: item.outcome === 'done' ? 100 : row.percent,
    digest: /sha256:[0-9a-f]{64}/.exec(item.message)?.[0] ?? row.digest,
    reason: item.reason,
    message: cut(item.message, longestMessage),
  };
}

/** What a message says of a claim that is not copied yet. */
export function withPhase(row: ProgressRow, task: string, message: string): ProgressRow {
  return hasEnded(row) ? row : { ...row, task, state: 'copying', message: cut(message, longestMessage) };
}

/** What was said of the speed is outdated. */
function withoutSpeed(row: ProgressRow): ProgressRow {
  const copy: { -readonly [K in keyof ProgressRow]: ProgressRow[K] } = { ...row };
  delete copy.rate;
  delete copy.restSeconds;
  return copy;
}

function stateOf(kind: RowKind, { outcome, reason }: Pick<ItemEvent, 'outcome' | 'reason'>): RowState {
  if (outcome !== 'done') return outcome;
  if (reason === 'present' || reason === 'referrer-present') return 'present';
  return kind === 'image' ? 'copied' : 'done';
}

/** Progress comes in steps: the speed is that until the last one, and the rest becomes less with each second since. */
function restOf(
  percent: number,
  { startedAt, startedPercent, changedAt }: Pick<ProgressRow, 'startedAt' | 'startedPercent' | 'changedAt'>,
  time: string,
): Pick<ProgressRow, 'restSeconds'> {
  const passed = secondsFrom(startedAt, changedAt);
  const rest = ((100 - percent) * passed) / (percent - startedPercent) - secondsFrom(changedAt, time);
  return passed > 0 && Number.isFinite(rest) ? { restSeconds: Math.max(0, Math.round(rest)) } : {};
}

function secondsFrom(one: string, other: string): number {
  return (Date.parse(other) - Date.parse(one)) / millisecondsPerSecond;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
