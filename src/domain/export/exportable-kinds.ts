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
