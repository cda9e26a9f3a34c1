import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { secretRules, rulesFrom } from '../../../../src/domain/scan/gitleaks-rules.ts';
import { scanBytes, type Match } from '../../../../src/domain/scan/scan-bytes.ts';
import { createScanSet, type ScanSet } from '../../../../src/domain/scan/scan-set.ts';

const awsKey = ['AKIA', 'Q3EGRIT2KWXMZ7PH'].join('');
const githubToken = ['ghp_', 'x7Kq2LmZ9vRt4BnW8sYc3DfG6hJp1QaUeXo5'].join('');
const keyLines = (lines: number) => 'MIIEowIBAAKCAQEAx7Kq2LmZ9vRt4BnW8sYc3DfG6hJp1QaUeXo5\n'.repeat(lines);
const privateKey = (lines: number) =>
  ['-----BEGIN RSA PRIVATE ', `KEY-----\n${keyLines(lines)}-----END RSA PRIVATE `, 'KEY-----\n'].join('');
const bufferSize = 64 * 1024;

interface ScanOptions {
  readonly pieces?: readonly number[];
  readonly path?: string;
  readonly texts?: boolean;
  readonly limited?: (rule: string) => void;
}

function scan(set: ScanSet, content: string | Uint8Array, options: ScanOptions = {}) {
  const { pieces = [1_000_000], path = '/a.txt', texts = false, limited } = options;
  const bytes = Buffer.alloc(bufferSize);
  const buffer = { bytes, textOf: (from: number, to: number) => bytes.toString('latin1', from, to) };
  const found: Match[] = [];
  const one = scanBytes(set, {
    buffer,
    target: { path, texts },
    found: (match) => found.push(match),
    limited: limited ?? (() => undefined),
  });
  const data = Buffer.from(content);
  for (let [at, index] = [0, 0]; at < data.length; index += 1) {
    const size = pieces[index % pieces.length] ?? 1;
    one.write(data.subarray(at, at + size));
    at += size;
  }
  one.end();
  return found;
}

const shown = (found: readonly Match[]) => found.map(({ rule, line }) => `${rule}:${String(line)}`);

describe('the scan of bytes', () => {
  let packages: ScanSet;
  let own: ScanSet;
  beforeAll(() => {
    const forms = [{ bytes: Buffer.from('Zebra/Quartz'), rule: 'secret:db/password' }];
    packages = createScanSet(forms, false);
    own = createScanSet(forms, true);
  });

  it('has the rules of a stated version', () => {
    expect(rulesFrom.version).toMatch(/^v8\./);
    expect(secretRules.length).toBeGreaterThan(200);
    expect(new Set(secretRules.map(({ id }) => id)).size).toBe(secretRules.length);
  });

  it('finds keys, values of Secrets and files by their names', () => {
    expect(shown(scan(packages, `a\n"${awsKey}"\n Zebra/Quartz\n${githubToken}`))).toEqual([
      'secret:db/password:3',
      'aws-access-token:2',
      'github-pat:4',
    ]);
    expect(shown(scan(packages, '', { path: '/a/keys.p12' }))).toEqual(['pkcs12-file:0']);
  });

  it('applies rules for some files to those only', () => {
    const content = 'password = "abcdefgh12"\n';
    expect(shown(scan(packages, content, { path: '/a.tf' }))).toEqual(['hashicorp-tf-password:1']);
    expect(shown(scan(packages, content, { path: '/a.txt' }))).toEqual([]);
  });

  it('gives equal values equal marks', () => {
    const [first, second, third] = scan(packages, `${awsKey}\n${awsKey}\n${awsKey.replace('Q3', 'Q4')}\n`);
    expect(first?.mark).toBe(second?.mark);
    expect(first?.mark).not.toBe(third?.mark);
  });

  it('applies special rules to binary content, and all to texts in it', () => {
    const content = `\0\u0001${awsKey}\0twitter_key = "abcdefghij0123456789abcde"\0`;
    expect(shown(scan(packages, content))).toEqual(['aws-access-token:0']);
    expect(shown(scan(packages, content, { texts: true }))).toEqual(['aws-access-token:0', 'twitter-api-key:0']);
  });

  it('does not count the lines of long binary content', () => {
    const content = `\0${'x\n'.repeat(80_000)}${awsKey}\n`;
    expect(shown(scan(packages, content))).toEqual(['aws-access-token:0']);
  });

  it('finds a key wherever it is in long content', () => {
    for (const before of [bufferSize - 16_384 - 10, bufferSize - 5, bufferSize, 3 * bufferSize - 16_390]) {
      const lines = `${'x'.repeat(99)}\n`.repeat(Math.floor(before / 100));
      const content = `${lines}${' '.repeat(before % 100)}${awsKey}${' padding\n'.repeat(9000)}`;
      expect(shown(scan(packages, content))).toEqual([`aws-access-token:${String(Math.floor(before / 100) + 1)}`]);
    }
    const key = privateKey(200);
    expect(shown(scan(packages, `${'x\n'.repeat(25_000)}${key}${'x\n'.repeat(25_000)}`))).toEqual([
      'private-key:25001',
    ]);
  });

  it('finds a token that is longer than the bytes looked at', () => {
    const token = ['ops_', `eyJ${'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xYz'.repeat(500)}`].join('');
    expect(shown(scan(packages, `k ${token} `))).toEqual(['1password-service-account-token:1']);
  });

  it('reports only whole matches', () => {
    expect(shown(scan(packages, `x${awsKey}`))).toEqual([]);
    expect(shown(scan(packages, `${awsKey}X`))).toEqual([]);
    expect(shown(scan(packages, `${['AKIA', 'IOSFODNN7EXAMPLE'].join('')} `))).toEqual([]);
    // 60 digits, of which 40 are as near to the keyword as the scan looks.
    const digits = '1234567890abcde'.repeat(4);
    expect(shown(scan(packages, `sourcegraph${' '.repeat(1044)}${digits} ${'x'.repeat(2000)}`))).toEqual([]);
    expect(shown(scan(packages, `${' '.repeat(10)}${digits}${' '.repeat(1055)}sourcegraph`))).toEqual([]);
    expect(shown(scan(packages, `sourcegraph ${digits.slice(0, 40)}`))).toEqual(['sourcegraph-access-token:1']);
  });

  it('reports a match once, however many keywords are near', () => {
    const token = '1234567890abcdef1234567890abcdef12345678';
    const found = scan(packages, `sourcegraph ${' '.repeat(200)} ${token} `.repeat(300));
    expect(found.length).toBe(300);
  });

  it('finds the same in pieces of any size', () => {
    const part = fc.oneof(
      fc.constantFrom(` ${awsKey} `, `\n${githubToken}\n`, 'Zebra/Quartz', privateKey(3), '\0', 'api_key = ', 'AKIA'),
      fc.string({ maxLength: 200 }),
      fc.nat({ max: 30_000 }).map((length) => 'some words\n'.repeat(length / 10)),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1 }),
        (parts, pieces) => {
          const content = parts.join('');
          expect(scan(own, content, { pieces })).toEqual(scan(own, content));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('applies costly rules to all of a long manual, and of a long file of settings', () => {
    const limited: string[] = [];
    const manual = 'curl -X GET https://example.com/items?limit=10 -o out.json\n'.repeat(5000);
    const command = `${'\n'.repeat(12)}curl -u admin:Q3x9Lm2Zt7 https://example.com\n`;
    const options = { limited: (rule: string) => void limited.push(rule) };
    expect(scan(packages, manual + command, options)).toMatchObject([{ rule: 'curl-auth-user', line: 5013 }]);
    const settings = '{"key": "some words of a text", "token": "a b"}\n'.repeat(80_000);
    const own1 = `{"api_key": "c9Xk2mQ7vL4tR8wZ1nB6"}\n`;
    expect(scan(own, settings + own1, options)).toMatchObject([{ rule: 'generic-api-key', line: 80_001 }]);
    expect(limited).toEqual([]);
  });

  it('says which rule it did not apply to all places, and nothing more of it', () => {
    const limited: string[] = [];
    const rules = packages.rules.map((rule) => ({ ...rule, mostCost: Math.min(rule.mostCost, 10_000) }));
    const options = { limited: (rule: string) => void limited.push(rule) };
    scan({ ...packages, rules }, `curl a${' '.repeat(600)}`.repeat(1000), options);
    expect(limited).toEqual(['curl-auth-header', 'curl-auth-user']);
  });
});
