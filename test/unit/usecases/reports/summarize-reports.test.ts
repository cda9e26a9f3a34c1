import { expect, it } from 'vitest';

import { recoveryUrl } from '../../../../src/domain/reports/recovery.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { collectReports } from '../../../../src/domain/reports/printed-reports.ts';
import { summarizeReports, type SummaryPorts } from '../../../../src/usecases/reports/summarize-reports.ts';
import { aHost, type RecordingHost } from '../../../builders/host.ts';

function portsOf(host: RecordingHost, printed: string[] = []): SummaryPorts {
  return { log: host.log, print: (line) => void printed.push(line), sha256: sha256Of };
}

const tasks = [
  { name: 'second-by-name', recovery: 'images' },
  { name: 'first-by-name', recovery: undefined },
];

it('lists reports in the order of the tasks, others after them, and links what to do', async () => {
  const host = aHost();
  const folder = host.openFolder('/out');
  for (const task of ['first-by-name', 'a-stranger', 'second-by-name'])
    await folder.write(`reports/${task}.json`, JSON.stringify({ task, status: 'incomplete', message: 'no' }));
  const { stdout = '' } = await summarizeReports({ status: undefined, folder, tasks, isPrinted: false }, portsOf(host));
  const rows = stdout.split('\n').slice(1, 4);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(['second-by-name', 'first-by-name', 'a-stranger']);
  expect(stdout.match(/what to do: .*/g)).toEqual([`what to do: ${recoveryUrl('images')}`]);
});

it.each([
  ['Succeeded', 'run Succeeded: 1 reports, all succeeded (an earlier run has reports of verify), 0 items failed'],
  ['Completed', 'run Completed: 1 reports, all succeeded (an earlier run has reports of verify), 0 items failed'],
  ['Failed', 'run Failed: 2 reports, not succeeded: verify, 3 items failed'],
  [undefined, '2 reports, not succeeded: verify, 3 items failed'],
])('takes a report that failed for one of an earlier run where no task failed: %s', async (status, summary) => {
  const host = aHost();
  const folder = host.openFolder('/out');
  const counts = { done: 1, skipped: 0, failed: 3 };
  await folder.write('a/reports/verify.json', JSON.stringify({ task: 'verify', status: 'incomplete', counts }));
  await folder.write('a/reports/apply.json', JSON.stringify({ task: 'apply', status: 'succeeded' }));
  const input = { status, folder, tasks, isPrinted: false };
  const { results, stdout = '' } = await summarizeReports(input, portsOf(host));
  expect(results).toEqual({ summary });
  expect(stdout.includes('which this run did not repeat: verify')).toBe(summary.includes('earlier'));
});

it('prints the reports on request, as they are', async () => {
  const host = aHost();
  const folder = host.openFolder('/out');
  const text = `${JSON.stringify({ task: 'export', status: 'succeeded', items: ['ü\u202e', 'x'.repeat(20_000)] })}\n`;
  await folder.write('export/reports/export.json', text);
  await folder.write('other/reports/broken.json', '{');
  const printed: string[] = [];
  await summarizeReports({ status: undefined, folder, tasks, isPrinted: true }, portsOf(host, printed));
  expect(collectReports(printed, sha256Of)).toEqual({
    reports: [{ path: 'export/reports/export.json', text }],
    incomplete: [],
  });
});
