import { describe, expect, it, vi } from 'vitest';

import { keepHeapSmall } from '../../../src/runtime/keep-heap-small.ts';

describe('a process that does such work many times', () => {
  it('has no timer after it, whether it succeeded or failed', async () => {
    vi.useFakeTimers();
    try {
      expect(await keepHeapSmall(() => Promise.resolve(vi.getTimerCount()))).toBe(1);
      await expect(keepHeapSmall(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
