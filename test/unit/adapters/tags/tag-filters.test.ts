import { describe, expect, it } from 'vitest';

import { tagFilters } from '../../../../src/adapters/tags/tag-filters.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const tags = [
  '1',
  'v1.2',
  '1.2.3',
  '1.9.0',
  '2.0.0-rc1',
  '0.2.3',
  '0.0.3',
  '0.0.4',
  '11.1.5',
  '01.3',
  'latest',
  '1.2.3-a',
];

describe('byRegex', () => {
  it.each<[string, readonly string[]]>([
    ['^v', ['v1.2']],
    ['rc|lat', ['2.0.0-rc1', 'latest']],
    ['^[[:alpha:]]+$', ['latest']],
    ['(?i)^LATEST\\z', ['latest']],
    ['(?P<major>11)\\.', ['11.1.5']],
  ])('takes %s as Go does', (pattern, expected) => {
    expect(tags.filter(tagFilters.byRegex(pattern))).toEqual(expected);
  });

  it.each(['(?=1)', '(?<!1)', '(1)\\1', 'a**', '(', 'x{2000}', '((a{100}){100}){100}', '\\u0031', 'a'.repeat(1001)])(
    'refuses %s',
    (pattern) => {
      expect(refusalOf(() => tagFilters.byRegex(pattern))).toMatch(/^invalid-file: reading the regular expression/);
    },
  );

  it('matches what exhausts other engines in no time', () => {
    const startedAt = performance.now();
    expect(tagFilters.byRegex('^(a|aa|a+)+$')(`${'a'.repeat(127)}!`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('bySemver', () => {
  // The tables of github.com/Masterminds/semver, README and constraints_test.go, say which version fits which constraint.
  it.each<[string, readonly string[]]>([
    ['*', ['1', 'v1.2', '1.2.3', '1.9.0', '0.2.3', '0.0.3', '0.0.4', '11.1.5', '01.3']],
    ['^1.2', ['v1.2', '1.2.3', '1.9.0', '01.3']],
    ['^0.2', ['0.2.3']],
    ['^0.0.3', ['0.0.3']],
    ['^0', ['0.2.3', '0.0.3', '0.0.4']],
    ['^*', ['1', 'v1.2', '1.2.3', '1.9.0', '0.2.3', '0.0.3', '0.0.4', '11.1.5', '01.3']],
    ['^0.0', ['0.0.3', '0.0.4']],
    ['~1.2', ['v1.2', '1.2.3']],
    ['~1.2.3', ['1.2.3']],
    ['~1', ['1', 'v1.2', '1.2.3', '1.9.0', '01.3']],
    ['~>1.2.3', ['1.2.3']],
    ['1.2', ['v1.2', '1.2.3']],
    ['=1.2.3', ['1.2.3']],
    ['v1.2.3', ['1.2.3']],
    ['1.x', ['1', 'v1.2', '1.2.3', '1.9.0', '01.3']],
    ['!=1.x', ['0.2.3', '0.0.3', '0.0.4', '11.1.5']],
    ['>=1 !=1.2.3, <2', ['1', 'v1.2', '1.9.0', '01.3']],
    ['>1', ['11.1.5']],
    ['>1.2.3', ['1.9.0', '11.1.5', '01.3']],
    ['>1.2', ['1.9.0', '11.1.5', '01.3']],
    ['<=1', ['1', 'v1.2', '1.2.3', '1.9.0', '0.2.3', '0.0.3', '0.0.4', '01.3']],
    ['<=0.2', ['0.2.3', '0.0.3', '0.0.4']],
    ['<1.2', ['1', '0.2.3', '0.0.3', '0.0.4']],
    ['=>1.9, =<2', ['1.9.0']],
    ['1.2 - 1.9', ['v1.2', '1.2.3', '1.9.0', '01.3']],
    ['0.0.x || 11', ['0.0.3', '0.0.4', '11.1.5']],
    ['>=1.9-0', ['1.9.0', '2.0.0-rc1', '11.1.5']],
    ['~1.2.3-0', ['1.2.3', '1.2.3-a']],
  ])('takes %s as Masterminds does', (constraint, expected) => {
    expect(tags.filter(tagFilters.bySemver(constraint))).toEqual(expected);
  });

  it.each(['', 'newest', '>', '1.2.3.4', '>=1.2 || ', '1.2 &&2', '>=1.2.3-01', '^1.2 foo', `${'1||'.repeat(300)}1`])(
    'refuses %j',
    (constraint) => {
      expect(refusalOf(() => tagFilters.bySemver(constraint))).toMatch(/^invalid-file: reading the version constraint/);
    },
  );
});
