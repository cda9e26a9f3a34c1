import { TaskError } from '../core/errors.ts';
import { isObject, stringAt, valueAt } from '../core/json-object.ts';
import {
  noTotals,
  type CopyOptions,
  type CopyProgress,
  type CopyTotals,
  type FileProblem,
} from './copier/volume-copier.ts';

/** What a mover is told: a file in the Secret of its pod. Nothing in it is secret. */
export interface MoverPlan extends CopyOptions {
  /** Only compare. */
  readonly checkOnly: boolean;
  /** Differences that a proof finds are what it is: the source is in use and copied again later. */
  readonly live: boolean;
  /** The destination was there before, so it may hold a copy: what is equal need be looked at only once. */
  readonly hasCopy: boolean;
  /** How long the other side may be out of reach before the mover gives up. */
  readonly patienceSeconds: number;
  /** For messages: `host:port` where the tunnel leads. */
  readonly endpoint: string;
  /** Bytes that the file system of the destination has free for this copy; undefined when that is not known. */
  readonly freeBytes: number | undefined;
}

/** How a mover ended. */
export interface MoverEnd {
  /**
   * `equal`: the proof found no difference; `different`: it did, or files could not be read; `gave-up`: the other side
   * was out of reach, or refused the connection; `no-space`: what is missing would not fit, so nothing was copied;
   * `disk-full`, `refused`: no use to try again.
   */
  readonly verdict: 'equal' | 'different' | 'gave-up' | 'no-space' | 'disk-full' | 'refused';
  /** Cause for a reader; empty when equal. */
  readonly message: string;
  readonly totals: CopyTotals;
  /** Of all files and what they hold; empty unless all were read. */
  readonly digest: string;
  /** How many files are not as they should be; more than are named when there are very many. */
  readonly problems: number;
  /** Of these: files that only changed while the source was in use. */
  readonly changed: number;
  readonly retries: number;
}

/** What a mover says in the log of its pod, one line each. */
export type MoverEvent =
  | ({ readonly event: 'progress' } & CopyProgress)
  | { readonly event: 'note'; readonly message: string }
  | ({ readonly event: 'problem' } & FileProblem)
  | ({ readonly event: 'end' } & MoverEnd);

/** More are counted, but not named: logs of pods are cut at some megabytes. */
export const mostNamedProblems = 2000;

const mark = 'volume-mover ';
const verdicts = ['equal', 'different', 'gave-up', 'no-space', 'disk-full', 'refused'] as const;

export function formatPlan(plan: MoverPlan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** @throws TaskError `invalid-file` */
export function parsePlan(text: string, file: string): MoverPlan {
  const value = parseObject(text);
  const flag = (key: string): boolean => valueAt(value, key) === true;
  const patience = valueAt(value, 'patienceSeconds');
  const free = valueAt(value, 'freeBytes');
  if (value === undefined || typeof patience !== 'number') {
    throw new TaskError('invalid-file', `reading ${file}: it is no plan of a volume transfer`, {
      remedy: 'Let the transfer start this program.',
    });
  }
  return {
    checksum: flag('checksum'),
    delete: flag('delete'),
    owners: flag('owners'),
    attributes: flag('attributes'),
    checkOnly: flag('checkOnly'),
    live: flag('live'),
    hasCopy: flag('hasCopy'),
    patienceSeconds: patience,
    endpoint: stringAt(value, 'endpoint') ?? 'the destination',
    freeBytes: typeof free === 'number' ? free : undefined,
  };
}

export function formatEvent(event: MoverEvent): string {
  return mark + JSON.stringify(event);
}

/** The event that a line of a log holds; undefined for any other line, a line cut short included. */
export function parseEvent(line: string): MoverEvent | undefined {
  if (!line.startsWith(mark)) return undefined;
  const value = parseObject(line.slice(mark.length));
  const message = stringAt(value, 'message') ?? '';
  switch (stringAt(value, 'event')) {
    case 'progress':
      return {
        event: 'progress',
        bytes: numberAt(value, 'bytes'),
        percent: numberAt(value, 'percent'),
        rate: stringAt(value, 'rate') ?? '',
      };
    case 'note':
      return { event: 'note', message };
    case 'problem':
      return { event: 'problem', path: stringAt(value, 'path') ?? '', message };
    case 'end':
      return parseEnd(value, message);
    case undefined:
    default:
      return undefined;
  }
}

function parseEnd(value: unknown, message: string): MoverEvent | undefined {
  const verdict = verdicts.find((each) => each === stringAt(value, 'verdict'));
  if (verdict === undefined) return undefined;
  return {
    event: 'end',
    verdict,
    message,
    totals: parseTotals(valueAt(value, 'totals')),
    digest: stringAt(value, 'digest') ?? '',
    problems: numberAt(value, 'problems'),
    changed: numberAt(value, 'changed'),
    retries: numberAt(value, 'retries'),
  };
}

function parseTotals(value: unknown): CopyTotals {
  if (!isObject(value)) return noTotals;
  return {
    files: numberAt(value, 'files'),
    bytes: numberAt(value, 'bytes'),
    copiedFiles: numberAt(value, 'copiedFiles'),
    copiedBytes: numberAt(value, 'copiedBytes'),
    deletedFiles: numberAt(value, 'deletedFiles'),
  };
}

function numberAt(value: unknown, key: string): number {
  const found = valueAt(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
}

function parseObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
