import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { createMeter } from '../../../../src/domain/source/unpack-limits.ts';

const mebibyte = 1024 * 1024;

describe('the limits of an archive', () => {
  const limits = { bytes: 100, entries: 2, ratio: 10 };

  it('count entries and their bytes', () => {
    const meter = createMeter(limits, 1);
    meter.entry(60);
    meter.entry(40);
    expect(meter.count()).toEqual({ entries: 2, bytes: 100 });
    expect(() => meter.entry(0)).toThrow('entry-limit');
  });

  it('are for the sum of all files', () => {
    const meter = createMeter(limits, 1);
    meter.entry(60);
    expect(() => meter.entry(41)).toThrow(ArchiveDefect);
    expect(() => createMeter(limits, 1).entry(101)).toThrow('size-limit');
  });

  it('are for the ratio only where there is much content', () => {
    const meter = createMeter({ bytes: 1024 * mebibyte, entries: 1, ratio: 10 }, mebibyte);
    meter.inflated(64 * mebibyte);
    expect(() => meter.inflated(1)).toThrow('ratio-limit');
    const packedLess = createMeter({ bytes: 1024 * mebibyte, entries: 1, ratio: 10 }, 10 * mebibyte);
    packedLess.inflated(100 * mebibyte);
    expect(() => packedLess.inflated(1)).toThrow('ratio-limit');
  });

  it('are for content that belongs to no entry', () => {
    const meter = createMeter({ bytes: 100, entries: 2, ratio: 10 }, 1024 * mebibyte);
    meter.inflated(16 * mebibyte + 2 * 4096 + 100);
    expect(() => meter.inflated(1)).toThrow('size-limit');
  });
});
