import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { summarizeReports } from '../../../usecases/reports/summarize-reports.ts';
import { catalog } from '../../shared/catalog.ts';
import { summaryParams } from './params.ts';

export const craneSummary = defineTask({
  name: 'crane-summary',
  summary: 'print the reports of a run as one table',
  family: 'crane',
  stage: 'summarize',
  description:
    'Reads every reports/<task>.json below a workspace that the tasks of a run share and prints one table: what each task did, ' +
    'what it skipped and what failed. Meant for the finally section of a Pipeline.',
  examples: ['crane-summary --shared-data-dir .'],
  params: summaryParams,
  workspaces: {
    'shared-data': {
      flag: 'shared-data-dir',
      description: 'Root of the workspace that the tasks share, and for `summary.txt`.',
      defaultPath: '.',
    },
  },
  results: { summary: 'One line: number of reports, tasks that did not succeed, failed items.' },
  reasons: [],
  run: ({ params, workspaces }, { log, print }) => {
    const input = { status: params.status, folder: openFolder(workspaces['shared-data']), tasks: catalog };
    return summarizeReports({ ...input, isPrinted: params['print-reports'] }, { log, print, sha256: sha256Of });
  },
});
