import { describe, expect, it } from 'vitest';

import { threadsPerCopy } from '../../../../../src/domain/images/copy/copy-threads.ts';

describe('the processors of a copy', () => {
  it.each([
    { what: 'all of them, when it is alone', processors: 16, copies: 1, threads: 16 },
    { what: 'one, among as many copies', processors: 2, copies: 8, threads: 1 },
    { what: 'a share rounded up, among few', processors: 16, copies: 3, threads: 6 },
    { what: 'all of them, when nothing is to be copied', processors: 4, copies: 0, threads: 4 },
  ])('are $what', ({ processors, copies, threads }) => {
    expect(threadsPerCopy(processors, copies)).toBe(threads);
  });
});
