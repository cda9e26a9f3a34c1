import { describe, expect, it } from 'vitest';

import { parseDuration } from '../../../../src/domain/core/duration.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['30', 30_000],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text, 'request-timeout')).toBe(milliseconds);
  });

  it.each(['', 's', '-1s', '1x', '1m 30s', '1m;30s'])('refuses %j, naming the param', (text) => {
    expect(refusalOf(() => parseDuration(text, 'request-timeout'))).toContain('reading --request-timeout');
  });
});
