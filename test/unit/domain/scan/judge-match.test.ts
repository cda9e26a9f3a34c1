import { describe, expect, it } from 'vitest';

import { createJudge, entropyOf } from '../../../../src/domain/scan/judge-match.ts';
import type { AllowedContent, SecretRule } from '../../../../src/domain/scan/secret-rule.ts';

const none: AllowedContent = { target: 'secret', all: false, expressions: [], paths: [], words: [] };
const rule: SecretRule = {
  id: 'a',
  expression: '',
  entropy: 0,
  group: 0,
  path: '',
  before: 0,
  after: 0,
  specific: false,
  keywords: [],
  allowed: [],
};

function judge(
  expression: RegExp,
  text: string,
  more: Partial<SecretRule> & { ofAll?: AllowedContent; path?: string; pathsOfAll?: boolean } = {},
) {
  const match = expression.exec(text);
  if (match === null) throw new Error('no match');
  const { ofAll = none, path = '/a.txt', pathsOfAll = false } = more;
  return createJudge({ ...rule, ...more }, ofAll, pathsOfAll)(match, path);
}

describe('the value of a match', () => {
  it('is the group of the rule, the first group with a text, or all of it', () => {
    expect(judge(/k=(a)?(b)/, 'k=b')).toBe('b');
    expect(judge(/k=b/, 'k=b')).toBe('k=b');
    expect(judge(/k=(a)(b)/, 'k=ab', { group: 2 })).toBe('b');
    expect(judge(/k=(a)(b)?/, 'k=a', { group: 2 })).toBe('');
  });

  it('is undefined when its characters vary too little', () => {
    expect(judge(/\w+/, 'aaaab', { entropy: 2 })).toBeUndefined();
    expect(judge(/\w+/, 'abcdefgh', { entropy: 2 })).toBe('abcdefgh');
    expect(entropyOf('abcd')).toBe(2);
  });
});

describe('allowed content', () => {
  it('is compared with the value, the match or its lines', () => {
    const allowing = (target: string, expression: string) => ({
      allowed: [{ ...none, target, expressions: [expression] }],
    });
    const text = 'first\nsample k=value here\nlast';
    expect(judge(/k=(\w+)/, text, allowing('secret', '^value$'))).toBeUndefined();
    expect(judge(/k=(\w+)/, text, allowing('secret', 'k='))).toBe('value');
    expect(judge(/k=(\w+)/, text, allowing('match', '^k='))).toBeUndefined();
    expect(judge(/k=(\w+)/, text, allowing('line', '^sample .* here$'))).toBeUndefined();
    expect(judge(/k=(\w+)/, text, allowing('line', 'first|last'))).toBe('value');
    expect(judge(/k=(\w+)/, 'k=value', allowing('line', '^k=value$'))).toBeUndefined();
  });

  it('may be a word, a path, or both an expression and a path', () => {
    expect(judge(/\w+/, 'myExample', { allowed: [{ ...none, words: ['example'] }] })).toBeUndefined();
    expect(judge(/\w+/, 'value', { allowed: [{ ...none, paths: ['txt$'] }] })).toBeUndefined();
    const both = { ...none, all: true, expressions: ['value'], paths: ['txt$'] };
    expect(judge(/\w+/, 'value', { allowed: [both] })).toBeUndefined();
    expect(judge(/\w+/, 'value', { allowed: [both], path: '/a' })).toBe('value');
  });

  it('of all rules has paths for the general rule only', () => {
    const ofAll = { ...none, paths: ['txt$'] };
    expect(judge(/\w+/, 'value', { ofAll })).toBe('value');
    expect(judge(/\w+/, 'value', { ofAll, pathsOfAll: true })).toBeUndefined();
  });
});
