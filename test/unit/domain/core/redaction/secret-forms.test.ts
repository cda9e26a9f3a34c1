import { Buffer } from 'node:buffer';

import { describe, expect, it } from 'vitest';

import { formsOf, fromBase64, toBase64 } from '../../../../../src/domain/core/redaction/secret-forms.ts';

describe('the forms of a secret', () => {
  it('of a plain word are the word and its base64', () => {
    expect([...formsOf('canary12')]).toEqual(['canary12', 'Y2FuYXJ5MTI', 'Y2FuYXJ5MT', 'NhbmFyeTEy', 'jYW5hcnkxM']);
  });

  it.each(['', 'a', 'ab', 'abc', 'robot:'])('are in base64 of a text that begins with %j', (before) => {
    for (const value of ['canary12', 'canary-123', 'canary-1234', 'a"b\\c<é 日/?']) {
      const whole = Buffer.from(`${before}${value}`).toString('base64');
      const longer = Buffer.from(`${before}${value}@host`).toString('base64');
      const url = Buffer.from(`${before}${value}?>~`).toString('base64url');
      const forms = [...formsOf(value)];
      for (const text of [whole, longer, url]) {
        const shown = forms.filter((form) => text.includes(form)).map((form) => form.length);
        // All but what shares a character with the text beside it.
        expect(Math.max(...shown)).toBeGreaterThanOrEqual(Math.floor((Buffer.byteLength(value) * 8 - 10) / 6));
      }
    }
  });

  it.each([
    ['as it is', 'a"b\\c<é 日/?'],
    ['as JSON', 'a\\"b\\\\c<é 日/?'],
    ['as JSON in JSON', 'a\\\\\\"b\\\\\\\\c<é 日/?'],
    ['as Go writes JSON', 'a\\"b\\\\c\\u003cé 日/?'],
    ['as JSON in ASCII', 'a\\"b\\\\c\\u003c\\u00e9 \\u65e5/?'],
    ['percent-encoded', 'a%22b%5Cc%3C%C3%A9%20%E6%97%A5%2F%3F'],
    ['in small letters', 'a%22b%5cc%3c%c3%a9%20%e6%97%a5%2f%3f'],
    ['as a form sends it', 'a%22b%5Cc%3C%C3%A9+%E6%97%A5%2F%3F'],
    ['base64', Buffer.from('a"b\\c<é 日/?').toString('base64').replaceAll('=', '')],
    ['base64 for URLs', Buffer.from('a"b\\c<é 日/?').toString('base64url')],
  ])('are the value %s', (_, form) => {
    expect(formsOf('a"b\\c<é 日/?')).toContain(form);
  });

  it('are those of the value without white space around it, too', () => {
    const forms = formsOf(' canary12\n');
    expect(forms).toContain('canary12');
    expect(forms).toContain('Y2FuYXJ5MTI');
  });

  it('are each line of a key, without the lines that all keys have', () => {
    const key = '-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\nab=\n-----END PRIVATE KEY-----\n';
    const forms = formsOf(key);
    expect(forms).toContain('MIIEvQIBADANBg');
    expect(forms).toContain('kqhkiG9w0BAQEF');
    expect(forms).not.toContain('ab=');
    expect(forms).not.toContain('-----BEGIN PRIVATE KEY-----');
  });

  it.each(['', 'true', '5432', '      ', 'a\nb\nc'])('are none for %j', (value) => {
    expect([...formsOf(value)]).toEqual([]);
  });

  it('begin at the length that is asked for', () => {
    expect([...formsOf('sevench', 8)]).toEqual([]);
    expect(formsOf('sevench\neight-ch', 8)).toContain('eight-ch');
    expect(formsOf('sevench\neight-ch', 8)).not.toContain('sevench');
  });

  it('of a very long value are bounded', () => {
    const forms = formsOf('x y '.repeat(1_000_000));
    expect(Math.max(...[...forms].map(({ length }) => length))).toBeLessThan(60_000);
  });

  it('take text that is not Unicode', () => {
    expect(() => formsOf('canary \ud83d')).not.toThrow();
  });
});

describe('base64', () => {
  it.each(['', 'a', 'naïve 日本 😀', '\ufeffx'])('gives %j back', (text) => {
    expect(toBase64(text)).toBe(Buffer.from(text).toString('base64'));
    expect(fromBase64(toBase64(text))).toBe(text);
  });

  it.each(['/w==', '!', 'a'])('is not a text in %j', (base64) => {
    expect(fromBase64(base64)).toBeUndefined();
  });

  it('of a very long text gives its first part, whatever character it ends in', () => {
    const text = 'a' + '日'.repeat(100_000);
    const part = fromBase64(toBase64(text)) ?? '';
    expect(part.length).toBeGreaterThan(5000);
    expect(text.startsWith(part)).toBe(true);
  });
});
