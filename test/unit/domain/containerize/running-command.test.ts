import { describe, expect, it } from 'vitest';

import { createBoundedText } from '../../../../src/domain/containerize/running-command.ts';

describe('a bounded text', () => {
  it('keeps all of a short text', () => {
    const text = createBoundedText(4, 4);
    for (const part of ['ab', 'cdef', 'gh']) text.add(part);
    expect(text.text()).toBe('abcdefgh');
  });

  it('keeps the beginning and the end of a long one', () => {
    const text = createBoundedText(4, 4);
    for (let index = 0; index < 100; index += 1) text.add(String(index % 10));
    expect(text.text()).toMatch(/^0123\n…\n\d*6789$/);
    expect(text.text().length).toBeLessThan(20);
  });
});
