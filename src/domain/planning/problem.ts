import type { Reason } from '../reports/reasons.ts';

export type ProblemCode = Exclude<Reason<'planning'>, 'planned' | 'created'>;

/** What is wrong with an answer. An error must be fixed before anything is created. */
export interface Problem {
  /** Place in the answers, for example `claims.settings.data.size`. */
  readonly path: string;
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

type Text = Omit<Problem, 'severity'>;

export function errorAt(path: string, code: ProblemCode, text: Omit<Text, 'path' | 'code'>): Problem {
  return { path, code, severity: 'error', ...text };
}

export function warningAt(path: string, code: ProblemCode, text: Omit<Text, 'path' | 'code'>): Problem {
  return { path, code, severity: 'warning', ...text };
}
