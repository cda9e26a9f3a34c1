import type { BooleanParam, IntegerParam, StringParam } from '../../runtime/define-task.ts';

export function required(description: string) {
  return { type: 'string', description } as const satisfies StringParam;
}

export function optional(description: string) {
  return { type: 'string', default: '', description } as const satisfies StringParam;
}

/** Entries with commas, or a JSON array; may be empty. */
export function list(description: string) {
  return { type: 'string', list: true, default: '', description } as const satisfies StringParam;
}

/** `true` or `false`. */
export function toggle(fallback: boolean, description: string) {
  return { type: 'boolean', default: fallback, description } as const satisfies BooleanParam;
}

/** One of several texts, the first of them when it is not given. */
export function choice<const C extends readonly [string, ...string[]]>(choices: C, description: string) {
  return { type: 'string', default: choices[0], choices, description } as const satisfies StringParam;
}

export function count([minimum, maximum]: readonly [number, number], fallback: number, description: string) {
  return { type: 'integer', default: fallback, minimum, maximum, description } as const satisfies IntegerParam;
}

/** Seconds, up to a day. */
export function seconds({ fallback, minimum = 0 }: { fallback: number; minimum?: number }, description: string) {
  return count([minimum, 86_400], fallback, description);
}
