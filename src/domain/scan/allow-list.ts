import { TaskError } from '../core/errors.ts';

/** A finding that the user accepts. */
export interface AllowEntry {
  /** Id of a rule, or a glob of such. */
  readonly rule: string;
  /** Glob of places: `*` within a folder, `**` over folders, `?` one character. */
  readonly place: string;
  /** Why it may be published. It is in the report. */
  readonly reason: string;
}

const fields = ['rule', 'path', 'reason'] as const;

/** Reads the entries of an allow list. Each has a rule, a path and a reason. @throws TaskError `invalid-file` */
export function readAllowList(document: unknown): readonly AllowEntry[] {
  if (document === undefined || document === null) return [];
  if (!Array.isArray(document)) throw refuse('it is not a list of entries');
  return document.map((entry: unknown, index) => {
    const number = `entry ${String(index + 1)}`;
    if (typeof entry !== 'object' || entry === null) throw refuse(`${number} is not an object`);
    const given = new Map(Object.entries(entry));
    const unknown = [...given.keys()].find((key) => !fields.some((field) => field === key));
    if (unknown !== undefined) throw refuse(`${number} has the unknown field ${JSON.stringify(unknown)}`);
    const [rule, place, reason] = fields.map((field) => {
      const value: unknown = given.get(field);
      if (typeof value !== 'string' || value.trim() === '') throw refuse(`${number} has no ${field}`);
      return value.trim();
    });
    return { rule: String(rule), place: String(place), reason: String(reason) };
  });
}

function refuse(problem: string): TaskError {
  const remedy = 'give each entry the fields rule, path and reason, such as the rule and the place of the finding';
  return new TaskError('invalid-file', `reading the allow list: ${problem}`, { remedy });
}

/** Makes the function that finds the entry for a finding. */
export function createAllowList(entries: readonly AllowEntry[]): {
  readonly match: (rule: string, place: string) => AllowEntry | undefined;
  /** Entries that no finding needed. */
  readonly unused: () => readonly AllowEntry[];
} {
  const used = new Set<AllowEntry>();
  const compiled = entries.map((entry) => ({ entry, rule: globOf(entry.rule), place: globOf(entry.place) }));
  return {
    match: (rule, place) => {
      const found = compiled.find((each) => each.rule.test(rule) && each.place.test(place))?.entry;
      if (found !== undefined) used.add(found);
      return found;
    },
    unused: () => entries.filter((entry) => !used.has(entry)),
  };
}

function globOf(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*|[*?]|[^\w\s/]/g, (part) => {
    if (part === '**') return '[^]*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
