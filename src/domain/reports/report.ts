import { countItems, type Counts, type Item } from './outcome.ts';
import { hideBareLogin } from '../core/redaction/url-logins.ts';
import type { Redactor } from '../core/secret.ts';
import type { ErrorCode } from '../core/errors.ts';

/** Path of the report of a task, in the folder that it works in. */
export function reportPath(task: string): string {
  return `reports/${task}.json`;
}

/** `reports/<task>.json`: what a run was asked, what became of each item, and how it ended. */
export interface Report {
  readonly schemaVersion: 1;
  readonly task: string;
  readonly version: string;
  /** Versions by name of the programs that took part: `node`, and `skopeo` or `kubectl` where they ran. */
  readonly programs: Readonly<Record<string, string>>;
  /** `succeeded`, `incomplete`, or the code of the error that ended the run. */
  readonly status: EndStatus;
  readonly message: string;
  readonly remedy: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly durationMilliseconds: number;
  readonly input: Readonly<Record<string, string | boolean | number>>;
  readonly counts: Counts;
  readonly items: readonly Item[];
}

export interface ReportInput extends Omit<Report, 'schemaVersion' | 'counts' | 'items'> {
  readonly items: Iterable<Item>;
}

/**
 * The text of a report item by item: counted, redacted, stable key order, one trailing newline. Ids, evidence and inputs name objects
 * that other programs look for, so values of the applications' Secrets are redacted in the other texts only.
 */
export function* reportParts(given: ReportInput, redactor: Redactor): Generator<string, void, undefined> {
  const { task, version, programs, status, message, remedy, startedAt, durationMilliseconds, input, items } = given;
  const head: Omit<Report, 'items'> = {
    schemaVersion: 1,
    task,
    version,
    programs,
    status,
    message: redactor.redact(message),
    remedy: redactor.redact(remedy),
    startedAt,
    durationMilliseconds,
    input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, redactInput(value, redactor)])),
    counts: countItems(items),
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -'\n}'.length)},\n  "items": [`;
  let separator = '';
  for (const item of items) {
    const text = JSON.stringify(redactItem(item, redactor), undefined, 2);
    yield `${separator}\n    ${text.replaceAll('\n', '\n    ')}`;
    separator = ',';
  }
  yield separator === '' ? ']\n}\n' : '\n  ]\n}\n';
}

type Input = Report['input'][string];

function redactInput(value: Input, { redactLogins }: Redactor): Input {
  return typeof value === 'string' ? redactLogins(hideBareLogin(value)) : value;
}

function redactItem(item: Item, redactor: Redactor): unknown {
  const clean = item.message === undefined ? item : { ...item, message: redactor.redact(item.message) };
  return redactor.redactValue(clean, redactor.redactLogins);
}

/** `defect`: it ended with an unexpected error. */
export type EndStatus = 'succeeded' | 'defect' | ErrorCode;

/** Params and paths of workspaces of a task, by their names. */
export interface TaskTexts {
  readonly params: Readonly<Record<string, string>>;
  readonly workspaces: Readonly<Record<string, string | undefined>>;
}

/** How a task ended. Texts are not redacted. */
export interface TaskEnd {
  /** 0, 1, 2, 3 or 4. */
  readonly exitCode: number;
  readonly status: EndStatus;
  /** What was done, or what failed. */
  readonly message: string;
  /** How to fix it; empty after a success. */
  readonly remedy: string;
  readonly results: Readonly<Record<string, string>>;
}
