import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { formatTable, formatTime } from '../../../domain/app/format-table.ts';
import { readHistory } from '../../../usecases/app/read-live-release.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { outputParam, releaseId, releaseParams, shown, toJson } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appHistory = defineTask({
  name: 'app-history',
  aliases: ['app history'],
  summary: 'list the revisions of a Helm release',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints the revisions of a release that helm still has, oldest first. ' +
    'It needs get and list on secrets of the namespace, where helm keeps releases.',
  examples: ['app-history shop', 'app-history shop --namespace=web --output=json'],
  params: { ...releaseParams, ...outputParam },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const revisions = await readHistory(releaseId(namespace, input.params.release), ports);
      const headings = ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'DESCRIPTION'];
      const rows = revisions.map((each) => {
        return [String(each.revision), formatTime(each.updated), each.status, each.chart, each.description];
      });
      const text = input.params.output === 'json' ? toJson(revisions) : formatTable(headings, rows);
      return shown(text, countOf(revisions.length, 'revision'));
    }),
});
