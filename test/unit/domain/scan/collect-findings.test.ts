import { describe, expect, it } from 'vitest';

import { weighMatches, type MatchedPlace } from '../../../../src/domain/scan/collect-findings.ts';

const match = { rule: 'jwt', line: 3, mark: 7, part: '' };
const place = (name: string, more: Partial<MatchedPlace> = {}): MatchedPlace => ({
  place: name,
  digest: 'aa',
  isBase: false,
  matches: [match],
  more: 0,
  ...more,
});
const nothing = { allow: [], records: new Map<string, string>() };

describe('the weight of findings', () => {
  it('is that of a file that its package lists, as long as no byte changed', () => {
    const records = new Map([['/lib/a.py', 'aa']]);
    const weightOf = (one: MatchedPlace) => weighMatches([one], { allow: [], records }).findings[0]?.weight;
    expect(weightOf(place('/lib/a.py'))).toBe('known-package-file');
    expect(weightOf(place('/lib/a.py', { digest: 'ab' }))).toBe('blocks');
    expect(weightOf(place('/lib/a.py', { digest: undefined }))).toBe('blocks');
    expect(weightOf(place('/lib/b.py'))).toBe('blocks');
  });

  it('is that of the source for a compiled file with the same value', () => {
    const records = new Map([['/lib/a.py', 'aa']]);
    const compiled = place('/lib/__pycache__/a.cpython-312.pyc', {
      digest: 'cc',
      matches: [match, { ...match, mark: 8 }, { ...match, rule: 'other' }],
    });
    const weights = (places: readonly MatchedPlace[]) =>
      weighMatches(places, { allow: [], records }).findings.map(({ weight }) => weight);
    expect(weights([compiled, place('/lib/a.py')])).toEqual([
      'known-package-file',
      'blocks',
      'blocks',
      'known-package-file',
    ]);
    expect(weights([compiled])).toEqual(['blocks', 'blocks', 'blocks']);
  });

  it('is that of the base image, or what the user allowed with a reason', () => {
    const allow = [
      { rule: 'jwt', place: 'history', reason: 'a sample' },
      { rule: 'jwt', place: 'none', reason: 'left over' },
    ];
    const places = [place('history'), place('label a', { isBase: true }), place('label a', { isBase: true })];
    const { findings, notes, weights } = weighMatches(places, { ...nothing, allow });
    expect(findings.slice(0, 2)).toEqual([
      { place: 'history', detail: 'line 3', rule: 'jwt', weight: 'allowed', reason: 'a sample' },
      { place: 'label a', detail: 'line 3', rule: 'jwt', weight: 'base-image', reason: '' },
    ]);
    expect(notes).toEqual([{ place: 'none', reason: 'unused-allow', detail: 'jwt' }]);
    expect(weights).toEqual({ blocks: 0, 'known-package-file': 0, 'base-image': 2, allowed: 1 });
  });
});

describe('the list of findings', () => {
  it('is sorted by place, names parts and lines, and counts what it leaves out', () => {
    const many = place('/b', { more: 5, matches: Array.from({ length: 12 }, () => match) });
    const part = place('/a', { matches: [{ ...match, part: 'member x', line: 0 }] });
    const { findings, notes, weights } = weighMatches([many, part], nothing);
    expect(findings).toHaveLength(11);
    expect(findings[0]).toMatchObject({ place: '/a', detail: 'member x' });
    expect(notes).toEqual([
      { place: '/b', reason: 'more', detail: 'jwt: 2 more' },
      { place: '/b', reason: 'more', detail: '5 more of any rule' },
    ]);
    expect(weights.blocks).toBe(13);
  });
});
