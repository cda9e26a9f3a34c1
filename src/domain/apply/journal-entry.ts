import { arrayAt, isObject, stringAt } from '../core/json-object.ts';

/** A line of the journal of an apply: an object that a run created, or one that it found and changed. */
export interface JournalEntry {
  readonly path: string;
  /** Empty when a run was about to create the object and did not record the end. */
  readonly uid: string;
  readonly operation: 'created' | 'changed';
  /** Which object it is and what it said, as in the report. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

const recorded = ['apiVersion', 'kind', 'namespace', 'name', 'resourceVersion', 'contentDigest'] as const;

/** The line of an entry: a JSON array of path, UID and evidence, with a newline. */
export function formatJournalEntry({ path, uid, operation, evidence }: JournalEntry): string {
  const kept = recorded.flatMap((field) => (evidence[field] === undefined ? [] : [[field, evidence[field]] as const]));
  return `${JSON.stringify([path, uid, { operation, ...Object.fromEntries(kept) }])}\n`;
}

/** Reads a line; undefined when it is not an entry. */
export function parseJournalEntry(line: string): JournalEntry | undefined {
  const [path, uid, members] = arrayAt({ entry: parseJson(line) }, 'entry');
  if (typeof path !== 'string' || typeof uid !== 'string' || !isObject(members)) return undefined;
  const operation = stringAt(members, 'operation');
  if (operation !== 'created' && operation !== 'changed') return undefined;
  const kept = recorded.flatMap((field) => {
    const text = stringAt(members, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  return { path, uid, operation, evidence: Object.fromEntries(kept) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
