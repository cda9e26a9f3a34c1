import { ownValue } from '../core/json-object.ts';

const notServed =
  'Check why the API server does not list these kinds (kubectl get apiservices), or accept that a whole group is ' +
  'missing with "*.group" in allow-forbidden.';
const busy = 'Run again when the API server has less to do.';
const login = 'Check the login of the context.';

/** What to do about a kind or object that an export lacks, by the reason of its item. */
const remedies: Readonly<Record<string, string>> = {
  forbidden: 'Give the account the right to list the kinds, or name those that may be missing with allow-forbidden.',
  'unexpected-object': 'Check the API server, and proxies before it: it answers other objects than it is asked for.',
  unavailable: notServed,
  'cluster-refused': 'Read in the folder failures what the server said, and fix it there.',
  'method-not-allowed': notServed,
  'not-found': notServed,
  'not-kubernetes': notServed,
  unreachable: notServed,
  throttled: busy,
  'list-expired': busy,
  timeout: busy,
  unauthorized: login,
};

/** One sentence for each cause among the reasons of what could not be exported. */
export function remedyOfGaps(reasons: readonly string[]): string {
  const causes = new Set(reasons.map((reason) => ownValue(remedies, reason) ?? ''));
  causes.delete('');
  if (causes.size === 0) return 'Fix what the report says of each, then run again.';
  return `${[...causes].join(' ').slice(0, -1)}, then run again.`;
}
