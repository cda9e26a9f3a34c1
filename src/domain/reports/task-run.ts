import type { ErrorCode } from '../core/errors.ts';

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
