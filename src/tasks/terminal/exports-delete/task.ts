import { defineTask } from '../../../runtime/define-task.ts';
import { deleteExport } from '../../../usecases/exports/delete-export.ts';
import {
  deletePorts,
  exportParams,
  exportRegistryWorkspaces,
  openExportRegistries,
  requireExport,
  withExports,
} from '../../shared/exports.ts';
import { registryTlsVerifyParam } from '../../shared/registry-addresses.ts';
import { toggle } from '../../shared/param-kinds.ts';

export const exportsDelete = defineTask({
  name: 'exports-delete',
  aliases: ['exports delete'],
  summary: 'delete the image of an export from its registry, and mark the export as deleted',
  family: 'terminal',
  stage: 'exports',
  recovery: 'deleting-exports',
  description:
    'Deletes the manifest by its digest, with its lists of contents and signatures. The export is deleted only when the ' +
    'registry answers 404 for it; its record remains. Deleting twice is not an error. A registry deletes all tags of a ' +
    'manifest: other tags with the same digest are named, and nothing is deleted without delete-shared-tags. Some ' +
    'registries, among them Docker Hub, refuse a deletion through this API: the message says where to delete the image by ' +
    'hand, and the exit code is 4. Copies that others have pulled remain. An interrupted export is cleaned up. ' +
    'It needs list, get and update on configmaps of the namespace, and a login that may delete.',
  examples: [
    'exports delete week-3 --namespace=course --registry-auth=$HOME/.docker/config.json',
    'exports delete 4f2a91c07b1e --delete-shared-tags=true',
  ],
  params: {
    ...exportParams,
    'delete-shared-tags': toggle(false, 'Whether other tags that have the same image may be deleted too.'),
    ...registryTlsVerifyParam,
  },
  workspaces: exportRegistryWorkspaces,
  results: {},
  reasons: ['exports', 'registry'],
  run: async (input, context) => {
    const registries = await openExportRegistries(input, context);
    return withExports(input, context, async (store) => {
      const stored = await requireExport(store, input.params.export);
      const mayShare = input.params['delete-shared-tags'];
      const item = await deleteExport(stored, mayShare, deletePorts(store, registries, context));
      const what = item.message === undefined ? item.reason : `${item.reason}: ${item.message}`;
      const remedy =
        item.reason === 'shared-digest'
          ? 'Set --delete-shared-tags=true if these tags may disappear too.'
          : 'Delete the image where the message says, then run again: the export is deleted when its image is gone.';
      return { items: [item], results: {}, summary: `export ${item.id}: ${what}`, remedy };
    });
  },
});
