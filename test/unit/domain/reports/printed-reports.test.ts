import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { collectReports, printReport } from '../../../../src/domain/reports/printed-reports.ts';

const path = 'export/reports/crane-export.json';
const line = (change: object) =>
  JSON.stringify({ event: 'report', path, part: 1, parts: 1, digest: sha256Of('text'), text: 'text', ...change });

const collect = (lines: readonly string[]) => collectReports(lines, sha256Of);

describe('printed reports', () => {
  it('are the same after they were read from a log, in short lines of ASCII', () => {
    const unit = fc.constantFrom('"', '\n', 'ü', '😀', '\u202e');
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit }));
    const text = fc.tuple(piece, fc.nat(3000)).map(([some, times]) => some.repeat(times).slice(0, 30_000));
    fc.assert(
      fc.property(text, fc.string(), (report, noise) => {
        const lines = printReport({ path, text: report }, sha256Of);
        expect(lines.every((each) => /^[\u0020-\u007e]{1,8191}$/.test(each))).toBe(true);
        const log = lines.flatMap((each) => [noise, each, `{"event":"report"}${noise}`]);
        expect(collect(log)).toEqual({ reports: [{ path, text: report }], incomplete: [] });
      }),
      { numRuns: 30 },
    );
  });

  it('are incomplete when a line is missing, repeated with another text, or from another report', () => {
    const lines = printReport({ path, text: 'abc'.repeat(5000) }, sha256Of);
    expect(lines.length).toBeGreaterThan(2);
    for (let missing = 0; missing < lines.length; missing += 1) {
      expect(collect(lines.toSpliced(missing, 1))).toEqual({ reports: [], incomplete: [path] });
    }
    expect(collect([line({ text: 'tex' })]).incomplete).toEqual([path]);
    expect(collect([line({ parts: 2 }), line({})])).toMatchObject({ reports: [{ text: 'text' }] });
    expect(collect([...lines, ...lines]).incomplete).toEqual([]);
  });

  it('are the later ones of two with the same path', () => {
    const former = printReport({ path, text: 'former' }, sha256Of);
    const other = printReport({ path: 'reports/other.json', text: 'other' }, sha256Of);
    const later = printReport({ path, text: 'later'.repeat(2000) }, sha256Of);
    expect(collect([...former, ...other, ...later]).reports.map(({ text }) => text.slice(0, 5))).toEqual([
      'other',
      'later',
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['another event', line({ event: 'item' })],
    ['no digest', line({ digest: 1 })],
    ['no text', line({ text: null })],
    ['a part after the last', line({ part: 2 })],
    ['a part before the first', line({ part: 0, parts: 0 })],
    ['a broken number', line({ part: 0.5 })],
    ['a path of another file', line({ path: '../../etc/passwd' })],
    ['a path that is too long', line({ path: `${'x'.repeat(1100)}/reports/a.json` })],
    ['no path', line({ path: undefined })],
    ['too many characters', line({ text: 'x'.repeat(9000) })],
    ['no object', '[]'],
    ['JSON of an array', '{"event"'],
  ])('are not taken from a line with %s', (_, bad) => {
    expect(collect([bad])).toEqual({ reports: [], incomplete: [] });
  });

  it('with a path as long as a line are printed anyway', () => {
    const long = `${'x'.repeat(9000)}/reports/a.json`;
    expect(printReport({ path: long, text: 'ab' }, sha256Of)).toHaveLength(2);
  });
});
