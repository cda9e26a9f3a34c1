import { describeExport, exportToJson } from '../../../domain/exports/show-exports.ts';
import { stateOf } from '../../../domain/exports/export-state.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { exportParams, exportWorkspaces, requireExport, withExports } from '../../shared/exports.ts';
import { outputParam, shown, toJson } from '../../shared/releases.ts';

export const exportsShow = defineTask({
  name: 'exports-show',
  aliases: ['exports show'],
  summary: 'show an exported image: its record, and how to run it',
  family: 'terminal',
  stage: 'exports',
  description:
    'Prints the record of an export: state and why it failed, image, digest, size, whether the workspace is included, ' +
    'whether anyone can pull it, and the command that runs it with what must be supplied. No secret is in a record. ' +
    'It needs list on configmaps of the namespace.',
  examples: ['exports show week-3 --namespace=course', 'exports show 4f2a91c07b1e --output=json'],
  params: { ...exportParams, ...outputParam },
  workspaces: exportWorkspaces,
  results: {},
  reasons: [],
  run: (input, context) =>
    withExports(input, context, async (store) => {
      const stored = await requireExport(store, input.params.export);
      const state = stateOf(stored.entry, store.now());
      const found = { ...stored, state };
      const text = input.params.output === 'json' ? toJson(exportToJson(found)) : describeExport(found);
      return shown(text, `export ${store.namespace}/${stored.entry.id} is ${state}`);
    }),
});
