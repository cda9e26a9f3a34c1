import { describe, expect, it } from 'vitest';

import type { MoverPlan } from '../../../../../src/domain/schemas/documents.ts';
import { copied, cut, equal, move, noFiles, type Script } from '../../../../fakes/mover-scene.ts';

describe('free space at the destination', () => {
  const listing = ['.d          ||4096|.///', '<f+++++++++||900|a//', '<f.st......||900|b//', '<f+++++++++||900|c//'];
  const files = {
    ...noFiles,
    usedBytes: () => Promise.resolve(2000),
    bytesOf: (path: string) => (path === 'a' ? 600 : 500),
  };
  const space = { freeBytes: 1000 };

  it('that is too little for what is missing ends the transfer before it begins', async () => {
    const { end, calls } = await move([{ output: listing }], space, files);
    const message = '2 files of 0.0 MiB are missing at the destination, whose file system has 0.0 MiB free';
    expect(end).toMatchObject({ verdict: 'no-space', message, totals: { copiedBytes: 0 } });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual(expect.arrayContaining(['--dry-run']));
    expect(calls[0]).not.toContain('--checksum');
  });

  it.each([
    ['there is enough for all that the file system of the source holds', [], { freeBytes: 2000 }],
    ['it is not known', [], {}],
    ['there is enough for what is missing', [{ output: listing }], { freeBytes: 1100 }],
    ['files are to be removed first', [{ output: ['*deleting  ||0|old//', ...listing] }], space],
  ])('is taken for enough when %s', async (_, listings: readonly Script[], change: Partial<MoverPlan>) => {
    const { end, calls } = await move([...listings, copied, equal], change, files);
    expect(end.verdict).toBe('equal');
    expect(calls).toHaveLength(listings.length + 2);
  });

  it('is computed again when the connection is cut meanwhile', async () => {
    const begun = { ...cut, output: listing };
    const { end } = await move([begun, { output: listing }, copied, equal], { freeBytes: 1100 }, files);
    expect(end).toMatchObject({ verdict: 'equal', retries: 1 });
  });
});
