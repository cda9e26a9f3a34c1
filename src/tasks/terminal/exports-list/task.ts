import { countOf } from '../../../domain/core/count-of.ts';
import { exportToJson, formatExports, showExports } from '../../../domain/exports/show-exports.ts';
import { nameFailures } from '../../../domain/reports/outcome.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { listExports } from '../../../usecases/exports/export-store.ts';
import { exportPlaceParams, exportWorkspaces, withExports } from '../../shared/exports.ts';
import { list } from '../../shared/param-kinds.ts';
import { outputParam, toJson } from '../../shared/releases.ts';
import { invalidRecord, parseStates } from './states.ts';

export const exportsList = defineTask({
  name: 'exports-list',
  aliases: ['exports list'],
  summary: 'list the exported images of a namespace, with their state and run command',
  family: 'terminal',
  stage: 'exports',
  description:
    'Prints each export of an application as an image, oldest first, in all states: in-progress, interrupted (its run gave ' +
    'no sign of life for 3 minutes), ready, failed, deleted and delete-failed. All users of the namespace see the same ' +
    'list. It needs list on configmaps of the namespace. A record that cannot be read is reported with exit code 4.',
  examples: ['exports list --namespace=course', 'exports list --hide=failed,deleted', 'exports list --output=json'],
  params: {
    ...exportPlaceParams,
    hide: list(
      'States that are left out, separated by commas: in-progress, interrupted, ready, failed, deleted, delete-failed. ' +
        'Empty: all exports are listed.',
    ),
    ...outputParam,
  },
  workspaces: exportWorkspaces,
  results: { count: 'Number of exports in the list.' },
  reasons: ['exports'],
  run: (input, context) => {
    const hidden = parseStates(input.params.hide);
    return withExports(input, context, async (store) => {
      const { exports, invalid } = await listExports(store);
      const shown = showExports(exports, { now: store.now(), hidden });
      const json = input.params.output === 'json';
      const items = invalid.map((name) => invalidRecord(`${store.namespace}/${name}`));
      const failed = items.length === 0 ? '' : `; ${nameFailures(items)}`;
      return {
        items,
        results: { count: String(shown.length) },
        summary: `${String(shown.length)} of ${countOf(exports.length, 'export')} in namespace ${store.namespace}${failed}`,
        remedy: 'Delete these ConfigMaps, or remove their label crane-tasks.dev/export.',
        stdout: json ? toJson(shown.map(exportToJson)) : formatExports(shown),
      };
    });
  },
});
