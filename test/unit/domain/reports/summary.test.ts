import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import { formatSummary, parseReportLine } from '../../../../src/domain/reports/summary.ts';

const redactor = new Redactor();

const recoveryOf = (task: string) => (task === 'crane-export' ? 'https://example.com/recovery#export' : undefined);

const report = {
  task: 'crane-export',
  status: 'incomplete',
  message: 'two kinds missing',
  durationMilliseconds: 1500,
  counts: { planned: 14, done: 2, skipped: 1, failed: 11 },
  items: [
    { id: 'pods', outcome: 'done', reason: 'listed' },
    ...Array.from({ length: 11 }, (_, i) => ({
      id: `kind-${String(i)}`,
      outcome: 'failed',
      reason: 'forbidden',
      message: 'no right',
    })),
    'noise',
  ],
};

describe('the summary of a run', () => {
  it('shows one line per report and names the first failures', () => {
    const line = parseReportLine(report, redactor);
    expect(line && formatSummary([line], recoveryOf).split('\n')).toEqual([
      'TASK          STATUS      DONE  SKIPPED  FAILED  SECONDS',
      'crane-export  incomplete  2     1        11      1.5',
      '',
      'crane-export: two kinds missing',
      ...Array.from({ length: 10 }, (_, i) => `  - kind-${String(i)} forbidden no right`),
      '  and 1 more, see the report',
      '  what to do: https://example.com/recovery#export',
    ]);
  });

  it('points nowhere for a task without a chapter', () => {
    const line = parseReportLine({ task: 'theirs', status: 'failed', message: 'no space' }, redactor);
    expect(line && formatSummary([line], recoveryOf).split('\n').slice(-1)).toEqual(['theirs: no space']);
  });

  it('shows no failures of a task that succeeded', () => {
    const line = parseReportLine({ task: 't', status: 'succeeded' }, redactor);
    expect(line).toEqual({
      task: 't',
      status: 'succeeded',
      done: 0,
      skipped: 0,
      failed: 0,
      seconds: 0,
      message: '',
      failures: [],
    });
    expect(line && formatSummary([line], recoveryOf).split('\n')).toHaveLength(2);
  });

  it('gives columns the width of their longest cell', () => {
    const lines = [
      { task: 'a', status: 'succeeded' },
      { task: 'crane-export', status: 'succeeded' },
    ].map((report) => parseReportLine(report, redactor));
    const rows = formatSummary(
      lines.filter((line) => line !== undefined),
      recoveryOf,
    ).split('\n');
    expect(rows.map((row) => row.indexOf('succeeded')).slice(1)).toEqual([14, 14]);
  });

  it('lists all failures when they are few', () => {
    const line = parseReportLine({ ...report, items: report.items.slice(0, 2) }, redactor);
    expect(line && formatSummary([line], recoveryOf)).not.toContain('more');
  });

  it.each([undefined, {}, { task: 't' }])('takes %j for no report', (value) => {
    expect(parseReportLine(value, redactor)).toBeUndefined();
  });

  it('shows what servers wrote on one line, without control characters and secrets', () => {
    redactor.secret('summary"canary');
    const forged = 'denied\n\u001b[2Jcrane-verify  succeeded  summary"canary';
    const line = parseReportLine(
      {
        ...{ task: forged, status: forged, message: forged },
        items: [{ id: forged, outcome: 'failed', reason: forged, message: forged }],
      },
      redactor,
    );
    const text = line === undefined ? '' : formatSummary([line], recoveryOf);
    const clean = 'denied\\u000a\\u001b[2Jcrane-verify  succeeded  ***';
    expect(text.split('\n').slice(3)).toEqual([`${clean}: ${clean}`, `  - ${clean} ${clean} ${clean}`]);
    expect(text).not.toContain('canary');
  });
});
