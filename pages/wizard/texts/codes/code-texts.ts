import type { ErrorCode } from '../../../../src/domain/core/errors.ts';
import type { reasons } from '../../../../src/domain/reports/reasons.ts';
import type { ServerCode } from '../../../../src/wizard/api/problem.ts';
import type { TextsOf } from '../texts.ts';

/** Codes of checks that found nothing wrong. */
type PassedCode =
  | 'allowed'
  | 'served'
  | 'converted'
  | 'brought-along'
  | 'fits'
  | 'kept'
  | 'present'
  | 'reachable'
  | 'left-out'
  | 'security-level-met'
  | 'in-range'
  | 'uid-range-equal'
  | 'constraint-present'
  | 'node-found';

/** Codes of checks with a gap or an open question. */
type GapCode = Exclude<keyof (typeof reasons)['validate'], PassedCode> | 'forbidden';

/** Codes of answers that are wrong. */
type AnswerCode = Exclude<keyof (typeof reasons)['planning'], 'planned' | 'created'>;

/** What each code means that the page can get, and how to fix it. A code that is added needs a text in each language. */
export interface CodeTexts {
  readonly errors: Readonly<Record<ErrorCode | ServerCode, string>>;
  /** Of items, by the areas of src/domain/reports/reasons.ts. */
  readonly reasons: TextsOf<typeof reasons>;
  readonly fixes: {
    readonly errors: Readonly<Record<ErrorCode | ServerCode, string>>;
    readonly planning: Readonly<Record<AnswerCode, string>>;
    readonly validate: Readonly<Record<GapCode, string>>;
  };
}
