import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { asErrorCode, exitCodeOf, messageOf, TaskError } from '../../../../src/domain/core/errors.ts';
import { escapeControls } from '../../../../src/domain/core/log-text.ts';
import { countItems } from '../../../../src/domain/reports/outcome.ts';
import { reportParts } from '../../../../src/domain/reports/report.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();
const formatReport = (...given: Parameters<typeof reportParts>): string => [...reportParts(...given)].join('');

describe('exit codes', () => {
  it.each([
    ['invalid-param', 2],
    ['unreachable', 3],
    ['disk-full', 4],
  ] as const)('gives %s the code %i', (code, expected) => {
    expect(exitCodeOf(new TaskError(code, 'x', { remedy: 'y' }))).toBe(expected);
  });

  it('takes any other exception for a defect', () => {
    expect(exitCodeOf(new Error('x'))).toBe(1);
  });

  it('have names that are distinguished from other words', () => {
    expect(['disk-full', 'toString', ''].map(asErrorCode)).toEqual(['disk-full', undefined, undefined]);
  });

  it('finds a message in whatever was thrown', () => {
    expect([messageOf(new Error('a')), messageOf('b')]).toEqual(['a', 'b']);
  });
});

describe('a refusal of the API server', () => {
  it.each([
    [401, 'unauthorized', /renew/],
    [403, 'forbidden', /Role/],
    [500, 'cluster-refused', /again/],
  ] as const)('%i is %s and says what to do', (status, code, remedy) => {
    const error = new ClusterStatusError('listing pods', { status, reason: 'R', message: 'm' });
    expect(error).toMatchObject({ code, status, reason: 'R', message: `listing pods: ${String(status)} R m` });
    expect(error.remedy).toMatch(remedy);
  });
});

describe('a secret', () => {
  const secret = redactor.secret('canary-1234');

  it('never prints itself', () => {
    expect([secret.toString(), JSON.stringify({ secret }), inspect(secret)].join(' ')).not.toContain('canary');
  });

  it('gives its value to the one who sends it', () => {
    expect(secret.reveal()).toBe('canary-1234');
  });

  it('is found in text that others wrote', () => {
    expect(redactor.redact('Authorization: Bearer canary-1234!')).toBe('Authorization: Bearer ***!');
  });

  it('leaves text alone when it is too short to be distinguished from words', () => {
    expect(redactor.secret('abc').reveal()).toBe('abc');
    expect(redactor.redact('abcdef')).toBe('abcdef');
  });
});

describe('log text', () => {
  it('escapes what could move a cursor, forge a line or reorder text', () => {
    expect(escapeControls('a\u001b[2J\r\nb\u202ec\u2028')).toBe('a\\u001b[2J\\u000d\\u000ab\\u202ec\\u2028');
  });

  it('keeps letters of all scripts and tabs', () => {
    expect(escapeControls('naïve\t日本')).toBe('naïve\t日本');
  });
});

describe('a report', () => {
  const items = [
    { id: 'a', outcome: 'done', reason: 'copied' },
    { id: 'b', outcome: 'failed', reason: 'denied', message: 'token canary-5678' },
    { id: 'c', outcome: 'skipped', reason: 'public-source' },
  ] as const;

  it('counts items by what became of them', () => {
    expect(countItems(items)).toEqual({ planned: 3, done: 1, skipped: 1, failed: 1 });
  });

  it('hides logins in inputs, and secrets in the messages of items', () => {
    const secret = redactor.secret('can"ary-9012');
    const message = `said ${secret.reveal()}`;
    const text = formatReport(
      {
        ...{ task: 't', version: '1', programs: {}, status: 'incomplete', message, remedy: 'r' },
        ...{ startedAt: '2026-01-01T00:00:00.000Z', durationMilliseconds: 5 },
        input: {
          url: 'https://user:word@host/',
          image: 'web@sha256:0',
          'dry-run': true,
          wait: 5,
          login: 'u:word@host/a',
        },
        items: [
          { id: 'a', outcome: 'failed', reason: 'copied', message, evidence: { size: 5 } },
          { id: 'b', outcome: 'done', reason: 'copied' },
        ],
      },
      redactor,
    );
    expect(JSON.parse(text)).toMatchObject({
      message: 'said ***',
      input: { url: 'https://***@host/', image: 'web@sha256:0', 'dry-run': true, wait: 5, login: '***@host/a' },
      items: [
        { id: 'a', message: 'said ***', evidence: { size: 5 } },
        { id: 'b', outcome: 'done' },
      ],
    });
  });

  it('is redacted as a whole and ends with a newline', () => {
    const secret = redactor.secret('canary-5678');
    const text = formatReport(
      {
        task: 't',
        version: '1',
        programs: {},
        status: 'incomplete',
        message: 'm',
        remedy: 'r',
        startedAt: '2026-01-01T00:00:00.000Z',
        durationMilliseconds: 5,
        input: {},
        items,
      },
      redactor,
    );
    expect(text).not.toContain(secret.reveal());
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1, counts: { failed: 1 } });
  });

  it.each([[[]], [[{ id: 'a', outcome: 'done', reason: 'copied' }]], [items]])(
    'is the JSON text of the whole, indented: %j',
    (given) => {
      const parts = {
        ...{ task: 't', version: '1', programs: { node: '24' }, message: 'm', remedy: '' },
        ...{ startedAt: '2026-01-01T00:00:00.000Z', durationMilliseconds: 5, input: { wait: 5 } },
        status: 'succeeded' as const,
      };
      const text = formatReport({ ...parts, items: given as typeof items }, new Redactor());
      expect(text).toBe(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
    },
  );
});
