import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { pluralWithGroup, type ApiKind } from '../kube/discovery.ts';

const needed = ['list', 'get', 'create', 'delete'];

/**
 * Whether a kind can be exported: namespaced, with the verbs that crane asks for, as virtual kinds are not; no Events.
 */
export function isExportable({ kind, namespaced, verbs }: ApiKind): boolean {
  return namespaced && kind !== 'Event' && needed.every((verb) => verbs.includes(verb));
}

/** Kinds that an export may lack without being incomplete. */
export interface AllowedGaps {
  /** Whether a kind may be missing when the account may not list it. */
  allowsForbidden(kind: ApiKind): boolean;
  /** Whether a whole group may be missing for whatever reason. */
  allowsGroup(group: string): boolean;
}

/** Reads a comma-separated list of `plural`, `plural.group` and `*.group`. @throws TaskError `invalid-param` */
export function parseAllowedGaps(text: string): AllowedGaps {
  const entries = parseCommaList(text);
  const wrong = entries.filter((entry) => !/^(?:\*\.[a-z0-9.-]+|[a-z0-9-]+(?:\.[a-z0-9.-]+)?)$/.test(entry));
  if (wrong.length > 0) {
    throw new TaskError(
      'invalid-param',
      `reading --allow-forbidden: ${wrong.map((entry) => JSON.stringify(entry)).join(', ')}`,
      {
        remedy:
          'List kinds as plural or plural.group, separated by commas, for example secrets,roles.rbac.authorization.k8s.io.',
      },
    );
  }
  const allowed = new Set(entries);
  const allowsGroup = (group: string): boolean => allowed.has(`*.${group}`);
  return { allowsGroup, allowsForbidden: (kind) => allowed.has(pluralWithGroup(kind)) || allowsGroup(kind.group) };
}

type KindName = Pick<ApiKind, 'group' | 'plural'>;

/** Kinds that a user chose for an export. */
export interface KindChoice {
  /** Whether nothing was chosen: each kind is taken. */
  readonly isAll: boolean;
  takes(kind: KindName): boolean;
  /** Whether a kind of a group may be taken, when the group does not say which kinds it has. */
  takesGroup(group: string): boolean;
  /** Entries that fit none of the kinds. */
  unused(kinds: readonly KindName[]): readonly string[];
}

/** Of a plural, which is a DNS label, a dot and a group, which is a DNS name. */
const longestEntry = 63 + 1 + 253;
const kindEntry = /^(?:\*|(?:\*|[a-z0-9-]+)\.[a-z0-9.-]+|[a-z0-9-]+)$/;

/**
 * Reads two comma-separated lists of `plural`, `plural.group`, `*.group` and `*`. A plural alone is that of any group;
 * an empty first list takes all kinds; what the second one names is not taken. @throws TaskError `invalid-param`
 */
export function parseKindChoice({ include, exclude }: Readonly<Record<'include' | 'exclude', string>>): KindChoice {
  const wanted = parseKindEntries(include, 'include-resources');
  const unwanted = parseKindEntries(exclude, 'exclude-resources');
  const fits = (entry: string, kind: KindName): boolean =>
    ['*', `*.${kind.group}`, kind.plural, pluralWithGroup(kind)].includes(entry);
  const mayFit = (entry: string, group: string): boolean =>
    entry === '*' || !entry.includes('.') || entry.slice(entry.indexOf('.') + 1) === group;
  return {
    isAll: wanted.length + unwanted.length === 0,
    takes: (kind) =>
      (wanted.length === 0 || wanted.some((entry) => fits(entry, kind))) &&
      !unwanted.some((entry) => fits(entry, kind)),
    takesGroup: (group) =>
      (wanted.length === 0 || wanted.some((entry) => mayFit(entry, group))) &&
      !unwanted.some((entry) => entry === '*' || entry === `*.${group}`),
    unused: (kinds) => [...wanted, ...unwanted].filter((entry) => !kinds.some((kind) => fits(entry, kind))),
  };
}

function parseKindEntries(text: string, param: string): readonly string[] {
  const entries = parseCommaList(text);
  const wrong = entries.filter((entry) => !kindEntry.test(entry) || entry.length > longestEntry);
  if (wrong.length === 0) return entries;
  const shown = wrong.map((entry) => JSON.stringify(entry.slice(0, longestEntry))).join(', ');
  throw new TaskError('invalid-param', `reading ${param}: ${shown}`, {
    remedy:
      'List kinds as plural, plural.group or *.group, separated by commas, for example deployments.apps,*.example.com.',
  });
}
