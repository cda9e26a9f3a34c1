import { describe, expect, it } from 'vitest';

import { openGaps } from '../../../../src/domain/planning/open-gaps.ts';

const checks = [
  { id: 'quota a', outcome: 'failed' },
  { id: 'quota b', outcome: 'failed' },
  { id: 'registry', outcome: 'skipped' },
  { id: 'kinds', outcome: 'done' },
];

describe('openGaps', () => {
  it.each([
    [undefined, ['quota a', 'quota b']],
    [[{ check: 'quota a', reason: 'raised today' }], ['quota b']],
    [
      [
        { check: 'quota a', reason: ' ' },
        { check: 'other', reason: 'x' },
      ],
      ['quota a', 'quota b'],
    ],
  ])('with %j are %j', (acceptedGaps, expected) => {
    const answers = acceptedGaps === undefined ? {} : { acceptedGaps };
    expect(openGaps(checks, answers).map(({ id }) => id)).toEqual(expected);
  });
});
