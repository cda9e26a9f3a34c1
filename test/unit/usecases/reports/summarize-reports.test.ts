import { expect, it } from 'vitest';

import { recoveryUrl } from '../../../../src/domain/reports/recovery.ts';
import { summarizeReports } from '../../../../src/usecases/reports/summarize-reports.ts';
import { aHost } from '../../../builders/host.ts';

const tasks = [
  { name: 'second-by-name', recovery: 'images' },
  { name: 'first-by-name', recovery: undefined },
];

it('lists reports in the order of the tasks, others after them, and links what to do', async () => {
  const host = aHost();
  const folder = host.openFolder('/out');
  for (const task of ['first-by-name', 'a-stranger', 'second-by-name'])
    await folder.write(`reports/${task}.json`, JSON.stringify({ task, status: 'incomplete', message: 'no' }));
  const { stdout = '' } = await summarizeReports({ status: undefined, folder, tasks }, host.log);
  const rows = stdout.split('\n').slice(1, 4);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(['second-by-name', 'first-by-name', 'a-stranger']);
  expect(stdout.match(/what to do: .*/g)).toEqual([`what to do: ${recoveryUrl('images')}`]);
});
