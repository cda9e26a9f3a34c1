import { describe, expect, it } from 'vitest';

import {
  beatEvery,
  exportStates,
  isExportState,
  silenceOfDeadRun,
  stateOf,
  timeText,
} from '../../../../src/domain/exports/export-state.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

describe('the state of an export', () => {
  it.each([
    ['in-progress', '2026-01-01T11:57:30Z', 'in-progress'],
    ['in-progress', '2026-01-01T11:56:59Z', 'interrupted'],
    ['in-progress', '2026-01-01T12:01:00Z', 'in-progress'],
    ['in-progress', 'never', 'interrupted'],
    ['ready', '2020-01-01T00:00:00Z', 'ready'],
  ] as const)('that was %s at %s is %s', (state, updated, expected) => {
    expect(stateOf({ state, updated }, now)).toBe(expected);
  });

  it('leaves a run several tries for a sign of life', () => {
    expect(silenceOfDeadRun / beatEvery).toBeGreaterThan(5);
    expect(beatEvery).toBeLessThanOrEqual(30_000);
  });

  it('is one of six', () => {
    expect(exportStates.every(isExportState)).toBe(true);
    expect(isExportState('gone')).toBe(false);
  });
});

it('writes times with seconds', () => {
  expect(timeText(now + 5)).toBe('2026-01-01T12:00:00Z');
});
