import { describe, expect, it, vi } from 'vitest';

import { keepHeapSmall, keepYoungSmall } from '../../../src/runtime/keep-heap-small.ts';

describe('a process that does such work many times', () => {
  it.each([keepHeapSmall, keepYoungSmall])('has no timer after it, whether it succeeded or failed', async (keep) => {
    vi.useFakeTimers();
    try {
      expect(await keep(() => Promise.resolve(vi.getTimerCount()))).toBe(1);
      await expect(keep(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
