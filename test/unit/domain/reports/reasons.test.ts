import { describe, expect, it } from 'vitest';

import { errorReasons } from '../../../../src/domain/reports/error-reasons.ts';
import { isReason, reasons, reasonsOf } from '../../../../src/domain/reports/reasons.ts';

describe('the meaning of a reason code', () => {
  const meanings = [errorReasons, ...Object.values(reasons)].flatMap((group) => Object.entries<string>(group));

  it.each(meanings)('%s: one or two short sentences', (code, meaning) => {
    expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(meaning.split(' ').length).toBeLessThanOrEqual(25);
  });
});

describe('the reason codes of a task', () => {
  it('are those of its areas and those of errors', () => {
    expect(reasonsOf(['git'])).toEqual({ ...errorReasons, ...reasons.git });
  });

  it.each([
    ['pushed', true],
    ['forbidden', true],
    ['deleted', false],
    ['toString', false],
  ])('has %s: %s', (text, expected) => {
    expect(isReason(text, 'git')).toBe(expected);
  });
});
