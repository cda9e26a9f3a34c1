import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../../src/domain/core/secret.ts';
import { findThroughViews } from '../../../../../src/domain/core/redaction/text-views.ts';

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const split = (text: string, size: number, by: string): string =>
  (text.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? []).join(by);
const coded = (text: string, format: (code: number) => string): string =>
  Array.from(text, (character) => format(character.codePointAt(0) ?? 0)).join('');
const hex = (code: number, digits = 2): string => code.toString(16).padStart(digits, '0');
const bytesOf = (text: string, format: (byte: number) => string): string => [...Buffer.from(text)].map(format).join('');

const secrets = {
  password: 'hunter2-Passw0rd',
  signs: `p"a\\s/s<w>&or'd é1`,
  words: 'correct horse battery staple',
  token: `eyJ${'x9Kd7/+Qz'.repeat(30)}`,
};

const encodings: Readonly<Record<string, (text: string) => string>> = {
  'base64 in lines of 76': (text) => split(base64(text), 76, '\n'),
  'base64 in indented lines': (text) => split(base64(text), 64, '\r\n    '),
  'base64 in lines in JSON': (text) => JSON.stringify(split(base64(text), 76, '\n')),
  'base64 of base64': (text) => base64(base64(text)),
  'the login of a docker config': (text) => base64(JSON.stringify({ auths: { x: { auth: base64(`user:${text}`) } } })),
  'every byte percent-encoded': (text) => bytesOf(text, (byte) => `%${hex(byte)}`),
  'partly percent-encoded': (text) => text.replaceAll(/[a-e]/g, (letter) => `%${hex(letter.charCodeAt(0))}`),
  'the query of a URL, as Go writes it': (text) => new URLSearchParams({ a: text }).toString(),
  'JSON in JSON in JSON': (text) => JSON.stringify(JSON.stringify(JSON.stringify({ a: text }))),
  'JSON with escaped slashes': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'JSON with ASCII escapes only': (text) => coded(text, (code) => `\\u${hex(code, 4)}`),
  'long escapes of Go': (text) => coded(text, (code) => `\\U${hex(code, 8)}`),
  'bytes of Go': (text) => bytesOf(text, (byte) => `\\x${hex(byte)}`),
  'bytes as git writes them': (text) => bytesOf(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
  'HTML by name': (text) =>
    text.replaceAll(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;'),
  'HTML by number': (text) => coded(text, (code) => `&#${String(code)};`),
  'HTML by hexadecimal number': (text) => coded(text, (code) => `&#x${hex(code)};`),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'upper-case hexadecimal': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'hexadecimal with colons': (text) => bytesOf(text, (byte) => `${hex(byte)}:`),
  'single quotes of YAML': (text) => `'${text.replaceAll("'", "''")}'`,
  'single quotes of a shell': (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
  'folded lines': (text) => text.replaceAll(' ', '\n      '),
  'lines of a terminal': (text) => split(text, 5, '\n'),
  'continued lines': (text) => split(text.replaceAll(/[\\"]/g, '\\$&').replaceAll(' ', '\\x20'), 11, '\\\n  '),
  'colors of a terminal': (text) => `${text.slice(0, 4)}\u001b[31m${text.slice(4, 9)}\u001b[0m${text.slice(9)}`,
  'characters without width': (text) => split(text, 1, '\u200b'),
  'gzip in base64': (text) => base64(gzipSync(text)),
  'gzip in base64 of base64': (text) => base64(base64(gzipSync(text))),
};

const cases = Object.entries(encodings).flatMap(([encoding, encode]) =>
  Object.entries(secrets).map(([name, secret]) => ({ encoding, name, secret, encode })),
);

describe('a secret in another encoding', () => {
  it.each(cases)('is redacted: $encoding, $name', ({ secret, encode }) => {
    const [login, value] = [new Redactor(), new Redactor()];
    login.secret(secret);
    value.addValue(secret);
    for (const { redact } of [login, value]) {
      const clean = redact(`before ${encode(secret)} after`);
      expect(clean).toMatch(/^before .* after$/s);
      expect(clean.replaceAll('***', '').length).toBeLessThan('before  after'.length + 30);
    }
  });
});

describe('a text without secrets', () => {
  const { redact, secret } = (() => {
    const redactor = new Redactor();
    return { redact: redactor.redact, secret: (text: string) => redactor.secret(text) };
  })();
  secret('hunter2-Passw0rd');

  it.each([
    '100 % of \\ and && \'\' "quotes"',
    '&nbsp; &#9999999; &#xffffff; \\Uffffffff %zz %',
    `sha256:${'ab12'.repeat(16)}`,
    'deployment-of-the-shop/web-frontend-12345',
    `a\n  b\u001b[0m\r\n${base64('nothing that is secret, only text')}`,
    'abcdefghijklmnopq',
    `${base64('twelve chars')}Q ${base64('twelve chars\0\0\0')}`,
    'a number, 68656c6c6f20746865726521, and a letter: \\q',
  ])('is left as it is: %j', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('places that are found in views', () => {
  it('are places of the text, and hold what is encoded there', () => {
    const parts = fc.constantFrom(
      'secret-text',
      '%73ecret-text',
      'x',
      '\n',
      "''",
      '\\n',
      '&lt;',
      'c2VjcmV0LXRleHQtaGVyZQ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        const spans = findThroughViews(text, (view) =>
          [...view.matchAll(/secret-text/g)].map(({ index }) => [index, index + 'secret-text'.length] as const),
        );
        for (const [start, end] of spans) {
          expect(start).toBeLessThan(end);
          expect(text.slice(start, end)).toMatch(/^(?:%73ecret-text|secret-text|c2Vj\w+)$/);
        }
        const encoded = pieces.filter((piece) => piece.length > 6).length;
        expect(new Set(spans.map(([start]) => start)).size).toBe(encoded);
      }),
    );
  });
});
