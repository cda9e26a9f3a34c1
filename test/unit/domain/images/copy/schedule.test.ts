import { describe, expect, it } from 'vitest';

import { bytesOf, bytesToCopy, pickNextCopy } from '../../../../../src/domain/images/copy/schedule.ts';

function copy(...blobs: [digest: string, size: number][]) {
  return { blobs: blobs.map(([digest, size]) => ({ digest, size })) };
}

function places(onTheWay: readonly string[], arrived: readonly string[] = []) {
  return {
    onTheWay: new Set(onTheWay),
    arrived: new Map(arrived.map((digest) => [digest, { host: 'b.example', path: 'x' }])),
  };
}

describe('pickNextCopy', () => {
  it('starts the first one when nothing is on its way', () => {
    expect(pickNextCopy([copy(['a', 9]), copy(['b', 8])], places([]))).toBe(0);
  });

  it('skips a copy whose base another one carries', () => {
    expect(pickNextCopy([copy(['base', 9], ['a', 1]), copy(['b', 8])], places(['base']))).toBe(1);
  });

  it('waits when all share what is on its way', () => {
    expect(pickNextCopy([copy(['base', 9], ['a', 1]), copy(['base', 9], ['b', 1])], places(['base']))).toBeUndefined();
  });

  it('does not wait for a small share', () => {
    expect(pickNextCopy([copy(['base', 10], ['a', 90])], places(['base']))).toBe(0);
    expect(pickNextCopy([copy(['base', 11], ['a', 89])], places(['base']))).toBeUndefined();
  });

  it('measures the share against what has not arrived yet', () => {
    const next = copy(['base', 10], ['old', 900], ['a', 20]);
    expect(pickNextCopy([next], places(['base']))).toBe(0);
    expect(pickNextCopy([next], places(['base'], ['old']))).toBeUndefined();
  });

  it('starts a copy without any blobs', () => {
    expect(pickNextCopy([copy()], places(['base']))).toBe(0);
  });

  it('has nothing to start when nothing is pending', () => {
    expect(pickNextCopy([], places([]))).toBeUndefined();
  });
});

describe('bytes', () => {
  it('are summed up, without those that have arrived', () => {
    const { blobs } = copy(['a', 1], ['b', 2]);
    expect(bytesOf(blobs)).toBe(3);
    expect(bytesToCopy({ blobs }, places([], ['a']))).toBe(2);
  });
});
