import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formsOfSecrets, type NamespaceSecret } from '../../../../src/domain/scan/secret-values.ts';

const secret = (data: Readonly<Record<string, string>>, type = 'Opaque'): NamespaceSecret => ({
  name: 'db',
  type,
  data: new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)])),
});
const textsOf = (...secrets: readonly NamespaceSecret[]) =>
  formsOfSecrets(secrets).forms.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
const isIn = (texts: readonly string[], file: string) =>
  texts.some((text) => Buffer.from(file).toString('latin1').includes(text));

describe('the values of Secrets', () => {
  it('are named by Secret and key, and counted', () => {
    const data = {
      ...{ password: 'Zebra/71', again: 'Zebra/71', short: 'abc', word: 'Password', stars: '********' },
      ...{ 'tls.crt': 'anything at all', other: '-----BEGIN CERTIFICATE-----\nabc\n' },
    };
    const { forms, counts } = formsOfSecrets([secret(data)]);
    expect(new Set(forms.map(({ rule }) => rule))).toEqual(new Set(['secret:db/password']));
    expect(counts).toEqual({ searched: 2, tooShort: 1, trivial: 2, public: 2 });
  });

  it('of a service account are its token only', () => {
    const data = { token: 'eyJhbGciOi', 'ca.crt': 'certificate', namespace: 'a-long-namespace' };
    expect(formsOfSecrets([secret(data, 'kubernetes.io/service-account-token')]).counts).toEqual({
      searched: 1,
      tooShort: 0,
      trivial: 0,
      public: 2,
    });
  });

  it('are found in each encoding, wherever they are in it', () => {
    const password = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 200 });
    const around = fc.string({ unit: 'grapheme-ascii', maxLength: 7 });
    fc.assert(
      fc.property(password, around, around, (value, before, after) => {
        fc.pre(value.trim().length >= 8 && new Set(value).size > 3 && !/[\r\n{]/.test(value));
        const texts = textsOf(secret({ value }));
        const file = before + value.trim() + after;
        const base64 = Buffer.from(file).toString('base64');
        expect(isIn(texts, file)).toBe(true);
        expect(isIn(texts, base64)).toBe(true);
        expect(isIn(texts, Buffer.from(file).toString('base64url'))).toBe(true);
        expect(isIn(texts, base64.replaceAll(/(.{76})/g, '$1\n'))).toBe(true);
      }),
    );
  });

  it('are found without blanks of any kind at their ends, and as they are when they are not text', () => {
    expect(isIn(textsOf(secret({ value: '\u2003 hunter2-hunter2 \u00A0' })), 'hunter2-hunter2')).toBe(true);
    const bytes = new Map([['key', Uint8Array.from([0xff, 0xa0, 1, 2, 3, 4, 5, 6, 0xa0])]]);
    expect(formsOfSecrets([{ name: 'db', type: 'Opaque', data: bytes }]).counts.searched).toBe(1);
  });

  it('are found percent-encoded and in JSON', () => {
    const value = 'Zebra "Quartz" <71>/ü+x';
    const texts = textsOf(secret({ value }));
    const json = JSON.stringify(value);
    const percent = encodeURIComponent(value);
    for (const file of [percent, percent.toLowerCase().replace('zebra', 'Zebra').replace('quartz', 'Quartz')])
      expect(isIn(texts, file)).toBe(true);
    expect(isIn(texts, new URLSearchParams({ value }).toString())).toBe(true);
    for (const file of [json, JSON.stringify(json), json.replaceAll('/', '\\/'), json.replace('ü', '\\u00fc')])
      expect(isIn(texts, file)).toBe(true);
    expect(isIn(texts, json.replace('<', '\\u003c').replace('>', '\\u003e'))).toBe(true);
  });

  it('hold other values', () => {
    const auth = btoa('robot:Quartz/Zebra-1');
    const docker = JSON.stringify({
      auths: { 'r.example': { auth, username: 'robot-account', email: 'a@b.example' } },
    });
    const texts = textsOf(secret({ '.dockerconfigjson': docker }));
    expect(isIn(texts, 'password=Quartz/Zebra-1')).toBe(true);
    expect(isIn(texts, 'robot-account')).toBe(false);
    const lines = textsOf(secret({ '.env': 'A=1\nexport PASSWORD="Quartz/Zebra-1"\n# comment line\n' }));
    expect(isIn(lines, 'x Quartz/Zebra-1')).toBe(true);
    expect(isIn(lines, 'comment line')).toBe(false);
    const pem = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(63)}B\nMIIzzzzzzzzzzzzz\nCCCCCCCCCCCCD\n-----END PRIVATE KEY-----\n`;
    expect(isIn(textsOf(secret({ 'tls.key': pem })), 'MIIzzzzzzzzzzzzz')).toBe(true);
  });

  it('in JSON may have any key', () => {
    const texts = textsOf(secret({ config: JSON.stringify({ login: { key: 'Quartz/Zebra-1' }, port: 5432 }) }));
    expect(isIn(texts, 'x Quartz/Zebra-1')).toBe(true);
  });

  it('may be damaged', () => {
    expect(isIn(textsOf(secret({ a: '{"auth": "%%%%%%%%%%"' })), '{"auth": "%%%%%%%%%%"')).toBe(true);
    expect(isIn(textsOf(secret({ a: '{"auth": "%%%abcde%%"}' })), '%%%abcde%%')).toBe(true);
  });
});
