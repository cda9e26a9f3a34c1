import { describe, expect, it } from 'vitest';

import { nameFailures, type Item } from '../../../../src/domain/reports/outcome.ts';

const failed = (id: string): Item => ({ id, outcome: 'failed', reason: 'conflict' });

describe('the end of a summary', () => {
  it('names what failed and why, but not all of many', () => {
    expect(nameFailures([{ id: 'a', outcome: 'done', reason: 'created' }])).toBe('0 failed');
    expect(nameFailures([failed('a'), failed('b')])).toBe('2 failed: a (conflict), b (conflict)');
    expect(nameFailures(['a', 'b', 'c', 'd', 'e', 'f'].map(failed))).toMatch(/^6 failed: .*e \(conflict\), …$/);
  });
});
