import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { SecretMatcher } from '../../../../../src/domain/core/redaction/secret-matcher.ts';

function matcherOf(...forms: readonly string[]): SecretMatcher {
  const matcher = new SecretMatcher();
  for (const form of forms) matcher.add(form);
  return matcher;
}

/** Each place that a form covers, found by looking for each form at each place. */
function redactSlowly(text: string, forms: readonly string[]): string {
  const covered = Array.from(text, () => false);
  for (const form of forms.filter(({ length }) => length >= 6))
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
      covered.fill(true, at, at + form.length);
  return Array.from(text, (character, at) => (covered[at] === true ? '\u0000' : character))
    .join('')
    .replaceAll(/\0+/g, '***');
}

const long = (...parts: readonly string[]): string => 'head-'.repeat(20) + parts.join('');

describe('the matcher of secrets', () => {
  it.each([
    ['nothing known', [], 'any text', 'any text'],
    ['a text shorter than any form', ['canary'], 'abc', 'abc'],
    ['a form that is too short', ['abc'], 'abcdefgh', 'abcdefgh'],
    ['a form at the start', ['canary'], 'canary sings', '*** sings'],
    ['a form at the end', ['canary'], 'sing canary', 'sing ***'],
    ['only a form', ['canary'], 'canary', '***'],
    ['a form twice', ['canary'], 'canary canary', '*** ***'],
    ['neighbours', ['canary', 'finch-1'], 'canaryfinch-1', '***'],
    ['overlapping forms', ['abcdefgh', 'efghijkl'], 'xabcdefghijklx', 'x***x'],
    ['a form in another', ['abcdefghijkl', 'cdefgh'], 'xabcdefghijklx', 'x***x'],
    ['the longer of two forms', ['canary', 'canary-1234'], 'canary-1234', '***'],
    ['the longer of two forms, added first', ['canary-1234', 'canary'], 'canary-1234 canary', '*** ***'],
    ['a form that is added again', ['canary', 'canary', 'canary'], 'a canary', 'a ***'],
    ['a form that only begins alike', ['canary-1234'], 'canary-1235', 'canary-1235'],
    ['a long form', [long('a')], `x${long('a')}x`, 'x***x'],
    ['a long form that was cut', [long('abcdef')], `x${long('abc')}`, 'x***'],
    ['less than the head of a long form', [long('a')], `x${long().slice(0, 60)}`, `x${long().slice(0, 60)}`],
    ['the best of several long forms', [long('a'), long('abc'), long('abd'), long('b')], `${long('abd')}x`, '***x'],
    ['several long forms, cut', [long('a1'), long('a2'), long('a3')], `${long('a')} x`, '*** x'],
    ['a long and a short form with one start', [long('a'), 'head-h'], `head-h ${long('a')}`, '*** ***'],
    ['another text with that start', [long('a'), 'head-h'], 'head-x head-h', 'head-x ***'],
  ] as const)('replaces what is known: %s', (...[, forms, text, clean]) => {
    expect(matcherOf(...forms).redact(text)).toBe(clean);
  });

  it('keeps the first part of a very long form and hides all that follows it', () => {
    const key = 'k'.repeat(8000) + 'e'.repeat(8000);
    const matcher = matcherOf(key);
    expect(matcher.redact(`a ${key} b`)).toBe('a ***');
    expect(matcher.redact(`a ${key.slice(0, 500)} b`)).toBe('a *** b');
  });

  it('finds what a search for each form finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.array(text, { maxLength: 12 }), (forms, parts) => {
        const short = forms.map((form) => form.slice(0, 40));
        const whole = parts.join(short[0] ?? '');
        expect(matcherOf(...short).redact(whole)).toBe(redactSlowly(whole, short));
      }),
    );
  });

  it('takes linear time where texts and forms repeat one character', () => {
    const matcher = new SecretMatcher();
    for (let length = 6; length < 600; length += 1) {
      matcher.add('a'.repeat(length) + 'b');
      matcher.add('a'.repeat(length) + 'A');
    }
    const measure = (characters: number): number => {
      const begin = performance.now();
      matcher.redact('a'.repeat(characters));
      return performance.now() - begin;
    };
    measure(1000);
    expect(measure(40_000)).toBeLessThan(5000);
  });

  it('takes linear time for one long form that repeats one character', () => {
    const matcher = matcherOf('a'.repeat(8000));
    const begin = performance.now();
    expect(matcher.redact('a'.repeat(100_000))).toBe('***');
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('costs no more with 10,000 forms than with one', () => {
    const line = 'exported apps/v1 Deployment shop/web: 17 objects of https://api.example.com:6443/apis/apps/v1';
    const many = new SecretMatcher();
    for (let index = 0; index < 10_000; index += 1) many.add(`${String(index * 7919)}-${'pass'.repeat(8)}`);
    const begin = performance.now();
    for (let index = 0; index < 10_000; index += 1) many.redact(line);
    // A search for each form would take minutes.
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
