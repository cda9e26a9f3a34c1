import { describe, expect, it } from 'vitest';

import { inParallel } from '../../../../../src/usecases/volumes/mover/move-volume.ts';

describe('several things at a time', () => {
  it('give their results in order, whichever ends first', async () => {
    const later = new Promise<string>((resolve) => {
      setTimeout(resolve, 1, 'later');
    });
    expect(await inParallel(() => [later, Promise.resolve(1)])).toEqual(['later', 1]);
  });

  it('end when one fails, with what failed first', async () => {
    const ends: string[] = [];
    const both = inParallel((signal) => [
      Promise.reject(new Error('first')),
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ends.push('ended');
          reject(new Error('ended'));
        });
      }),
    ]);
    await expect(both).rejects.toThrow('first');
    expect(ends).toEqual(['ended']);
  });
});
