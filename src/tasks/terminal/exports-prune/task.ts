import { defineTask } from '../../../runtime/define-task.ts';
import { pruneExports } from '../../../usecases/exports/prune-exports.ts';
import {
  deletePorts,
  exportPlaceParams,
  exportRegistryWorkspaces,
  openExportRegistries,
  withExports,
} from '../../shared/exports.ts';
import { registryTlsVerifyParam } from '../../shared/registry-addresses.ts';
import { count, optional, toggle } from '../../shared/param-kinds.ts';
import { parseRetention } from './retention.ts';

const mostKept = 10_000;

export const exportsPrune = defineTask({
  name: 'exports-prune',
  aliases: ['exports prune'],
  summary: 'delete old exports: by age, and by number for each workload',
  family: 'terminal',
  stage: 'exports',
  recovery: 'deleting-exports',
  description:
    'Deletes the images of old exports as `exports delete` does, and keeps their records as deleted. Of failed and ' +
    'interrupted exports it removes what a run left in the registry, then the record. Records of deleted exports are ' +
    'removed by age only. An export is kept if one of the rules keeps it, and exports in progress are always kept. It only ' +
    'lists what it would delete, unless dry-run is false. Images with other tags are not deleted. ' +
    'It needs get, list, update and delete on configmaps of the namespace, and a login that may delete.',
  examples: [
    'exports prune --older-than=30d',
    'exports prune --keep=3 --older-than=7d --dry-run=false --registry-auth=$HOME/.docker/config.json',
  ],
  params: {
    ...exportPlaceParams,
    'older-than': optional(
      'Age from which exports are deleted, for example 30d, 12h or 90m. Younger ones are kept. Empty: the age does not matter.',
    ),
    keep: count(
      [0, mostKept],
      0,
      'How many ready exports of each workload are kept, the newest ones. "0": the number does not matter.',
    ),
    workload: optional('Name of a workload whose exports are deleted. Empty: those of all workloads.'),
    'dry-run': toggle(true, 'Whether the exports are only listed and nothing is deleted.'),
    ...registryTlsVerifyParam,
  },
  workspaces: exportRegistryWorkspaces,
  results: { count: 'Number of exports that were deleted.' },
  reasons: ['exports', 'registry'],
  run: async (input, context) => {
    const { workload = '', 'dry-run': dryRun } = input.params;
    const registries = await openExportRegistries(input, context);
    return withExports(input, context, (store) =>
      pruneExports(
        { retention: parseRetention(input.params), workload, dryRun },
        deletePorts(store, registries, context),
      ),
    );
  },
});
