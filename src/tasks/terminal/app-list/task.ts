import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { formatTable, formatTime } from '../../../domain/app/format-table.ts';
import { toggle } from '../../shared/param-kinds.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { outputParam, placeParams, shown, toJson } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appList = defineTask({
  name: 'app-list',
  aliases: ['app list'],
  summary: 'list the Helm releases of a namespace, with their state',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints each release with its revision, its state and its chart, in all states. ' +
    'It needs get and list on secrets of the namespace, where helm keeps releases.',
  examples: ['app-list', 'app-list --all-namespaces=true --output=json'],
  params: {
    ...placeParams,
    ...outputParam,
    'all-namespaces': toggle(false, 'Whether to list the releases of all namespaces.'),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const releases = await ports.helm.list(input.params['all-namespaces'] ? '' : namespace);
      const headings = ['NAMESPACE', 'NAME', 'REVISION', 'STATUS', 'CHART', 'UPDATED'];
      const rows = releases.map((each) => {
        return [
          ...[each.namespace, each.name, String(each.revision)],
          ...[each.status, each.chart, formatTime(each.updated)],
        ];
      });
      const text = input.params.output === 'json' ? toJson(releases) : formatTable(headings, rows);
      return shown(text, countOf(releases.length, 'release'));
    }),
});
