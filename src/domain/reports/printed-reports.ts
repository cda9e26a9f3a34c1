import { isObject, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';

/** A report file, as text. */
export interface PrintedReport {
  /** Relative to the workspace that the tasks share, for example `export/reports/crane-export.json`. */
  readonly path: string;
  readonly text: string;
}

export interface CollectedReports {
  /** Whole and with the digest that they were printed with, in the order of their last lines. */
  readonly reports: readonly PrintedReport[];
  /** Paths of reports of which lines are missing or changed, for example because the log was rotated. */
  readonly incomplete: readonly string[];
}

/** `sha256:<hex>` of a text. */
export type Digest = (text: string) => string;

/** A line of a log is cut by some readers at 8 KiB, and the kubelet splits longer ones at 16 KiB. */
const longestLine = 8191;
/** Characters of a part at first: a part that needs more bytes is halved. */
const usualPart = 6000;
const longestPath = 1024;
const mark = 'report';

/**
 * The lines that have a report in a log, each a JSON object in ASCII below 8 KiB: the path, the number of the part and of
 * all parts, the digest of the text, and a part of the text.
 */
export function printReport({ path, text }: PrintedReport, sha256: Digest): readonly string[] {
  const digest = sha256(text);
  const format = (part: string, number: number, parts: number): string =>
    toAscii(JSON.stringify({ event: mark, path, part: number, parts, digest, text: part }));
  const split = (part: string): readonly string[] => {
    const isShort = format(part, 999_999, 999_999).length <= longestLine;
    const half = Math.ceil(part.length / 2);
    return isShort || half === part.length ? [part] : [...split(part.slice(0, half)), ...split(part.slice(half))];
  };
  const pieces = Array.from({ length: Math.max(1, Math.ceil(text.length / usualPart)) }, (_, index) =>
    text.slice(index * usualPart, (index + 1) * usualPart),
  );
  const parts = pieces.flatMap(split);
  return parts.map((part, index) => format(part, index + 1, parts.length));
}

/** Escapes what is not ASCII, so that characters are bytes and no part of a log changes them. */
function toAscii(json: string): string {
  return json.replaceAll(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface Part {
  readonly path: string;
  readonly part: number;
  readonly parts: number;
  readonly digest: string;
  readonly text: string;
}

/** Finds the reports in the lines of a log, which may have any other lines. Of two with the same path the later counts. */
export function collectReports(lines: Iterable<string>, sha256: Digest): CollectedReports {
  const found = new Map<string, Map<number, Part>>();
  for (const line of lines) {
    const part = parsePart(line);
    if (part === undefined) continue;
    const known = found.get(part.path);
    const first = known?.values().next().value;
    const isNew = first?.digest !== part.digest || first.parts !== part.parts;
    // Moved to the end, so that the order is that of the last lines.
    found.delete(part.path);
    const parts = isNew || known === undefined ? new Map<number, Part>() : known;
    found.set(part.path, parts.set(part.part, part));
  }
  const reports: PrintedReport[] = [];
  const incomplete: string[] = [];
  for (const [path, parts] of found) {
    const text = join(parts, sha256);
    if (text === undefined) incomplete.push(path);
    else reports.push({ path, text });
  }
  return { reports, incomplete };
}

function join(parts: ReadonlyMap<number, Part>, sha256: Digest): string | undefined {
  const sorted = [...parts.values()].toSorted((a, b) => a.part - b.part);
  if (sorted[0]?.parts !== sorted.length) return undefined;
  const text = sorted.map((part) => part.text).join('');
  return sha256(text) === sorted[0].digest ? text : undefined;
}

function parsePart(line: string): Part | undefined {
  if (line.length > longestLine || !line.startsWith('{')) return undefined;
  const value = parseJson(line);
  if (!isObject(value) || value['event'] !== mark) return undefined;
  const path = stringAt(value, 'path') ?? '';
  const digest = stringAt(value, 'digest');
  const text = stringAt(value, 'text');
  const part = numberAt(value, 'part');
  const parts = numberAt(value, 'parts');
  const isReport = /(?:^|\/)reports\/[^/]+\.json$/.test(path) && path.length <= longestPath;
  if (!isReport || digest === undefined || text === undefined || part > parts || part < 1) return undefined;
  return { path, part, parts, digest, text };
}

/** 0 for anything but a whole number. */
function numberAt(value: unknown, name: string): number {
  const found = valueAt(value, name);
  return Number.isSafeInteger(found) ? Number(found) : 0;
}
