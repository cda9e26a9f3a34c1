import type { BooleanParam, IntegerParam, StringParam } from '../../runtime/define-task.ts';

/** A text that must be given. */
export function required(description: string) {
  return { type: 'string', description } as const satisfies StringParam;
}

/** A text that may be empty. */
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

/** Seconds, up to a day. */
export function seconds({ fallback, minimum = 0 }: { fallback: number; minimum?: number }, description: string) {
  return { type: 'integer', default: fallback, minimum, maximum: 86_400, description } as const satisfies IntegerParam;
}
