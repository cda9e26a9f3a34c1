import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import { noteSecretValues } from '../../../../src/domain/export/sealed-secret.ts';

const redactor = new Redactor();

const secret = (members: Readonly<Record<string, unknown>>, kind = 'Secret') =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'shop-login', namespace: 'shop-production' }, ...members }) as const;
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

describe('the values of a Secret', () => {
  it('are redacted in the clear and in base64, from data and stringData', () => {
    noteSecretValues(secret({ data: { a: base64('data-canary') }, stringData: { b: 'string-canary' } }), redactor);
    expect(redactor.redact('data-canary string-canary')).toBe('*** ***');
    expect(redactor.redact(`${base64('data-canary')} ${base64('string-canary')}`)).toBe('***= ***==');
  });

  it('that are not text are redacted in base64', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, index) => 255 - index);
    noteSecretValues(secret({ data: { a: base64(bytes), b: '/w==' } }), redactor);
    expect(redactor.redact(`key ${base64(bytes)} /w==`)).toBe('key ***= /w==');
  });

  it('are not redacted when they are short, or the name or namespace of the Secret', () => {
    const data = { a: base64('true'), b: base64('5432'), c: base64('seven-7'), d: base64('shop-login') };
    noteSecretValues(secret({ data: { ...data, e: base64('shop-production') } }), redactor);
    const text = 'true 5432 seven-7 shop-login shop-production';
    expect(redactor.redact(text)).toBe(text);
  });

  it('are ignored in other kinds, and where they are not text', () => {
    noteSecretValues(secret({ data: { a: base64('config-value') } }, 'ConfigMap'), redactor);
    noteSecretValues(secret({ data: { a: 5 }, stringData: 'string-value' }), redactor);
    noteSecretValues(secret({}), redactor);
    expect(redactor.redact('config-value string-value')).toBe('config-value string-value');
  });

  it('may be very long', () => {
    const value = 'large-canary '.repeat(50_000);
    for (let times = 0; times < 2; times += 1) noteSecretValues(secret({ data: { a: base64(value) } }), redactor);
    expect(redactor.redact(`denied: ${value}`)).toBe('denied: ***');
  });

  it('are kept in names, which other programs read', () => {
    noteSecretValues(secret({ stringData: { a: 'postgresql' } }), redactor);
    redactor.secret('login-canary');
    expect(redactor.redactLogins('shop/postgresql login-canary')).toBe('shop/postgresql ***');
    expect(redactor.redact('shop/postgresql login-canary')).toBe('shop/*** ***');
  });
});

describe('a JSON value', () => {
  it('is redacted in its strings and keys', () => {
    const login = redactor.secret('can"ary\\1\n2');
    const value = { a: ['x can"ary\\1\n2', 1, null, true, 5n], 'can"ary\\1\n2': { b: login } };
    expect(redactor.redactValue(value)).toEqual({ a: ['x ***', 1, null, true, 5n], '***': { b: '***' } });
  });

  it('keeps a key that JavaScript treats specially', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":"b"}}');
    expect(JSON.stringify(redactor.redactValue(value))).toBe('{"__proto__":{"a":"b"}}');
  });

  it('is cut where it is deeper than any server means it', () => {
    let value: unknown = 'bottom';
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(JSON.stringify(redactor.redactValue(value))).toMatch(/^\[{100}"\*{3}"\]{100}$/);
  });
});

describe('an excerpt', () => {
  it('is redacted before it is cut', () => {
    redactor.secret('excerpt-canary');
    expect(redactor.excerpt('x excerpt-canary', 8)).toBe('x ***');
    expect(redactor.excerpt('1234567890', 8)).toBe('12345678…');
    expect(redactor.excerpt('12345678', 8)).toBe('12345678');
  });
});

describe('a text of many megabytes', () => {
  it.each([
    ['bearer ', 'x'],
    ['https://', 'a@'],
  ])('is redacted without an end of the stack: %j and many times %j', (before, repeated) => {
    const redactor = new Redactor();
    redactor.secret('a-long-secret-of-a-server');
    const text = `${before}${repeated.repeat((16 * 1024 * 1024) / repeated.length)} a-long-secret-of-a-server`;
    expect(redactor.redact(text).endsWith(' ***')).toBe(true);
  });

  it('may have a secret in more places than a call takes arguments', () => {
    const redactor = new Redactor();
    redactor.secret('secret');
    expect(redactor.redact(`${'secret '.repeat(149_000)}\n`)).not.toContain('secret');
  });
});
