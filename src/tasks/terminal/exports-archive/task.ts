import { resolve } from 'node:path';

import { imageOf } from '../../../domain/exports/export-record.ts';
import { stateOf } from '../../../domain/exports/export-state.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { archiveExport, assertReady } from '../../../usecases/exports/archive-export.ts';
import {
  exportArchivePorts,
  exportParams,
  exportRegistryWorkspaces,
  openExportRegistries,
  requireExport,
  withExports,
} from '../../shared/exports.ts';
import { registryTlsVerifyParam } from '../../shared/registry-addresses.ts';
import { optional } from '../../shared/param-kinds.ts';

export const exportsArchive = defineTask({
  name: 'exports-archive',
  aliases: ['exports archive'],
  summary: 'write the image of an export to a file that docker load reads',
  family: 'terminal',
  stage: 'exports',
  description:
    'Writes what `docker save IMAGE | gzip` writes, without Docker. The file is an OCI image layout too and has the ' +
    'compressed layers of the registry, so that `exports load` gives the image the same digest again. `docker load`, ' +
    '`podman load`, skopeo and containerd read it. It is written whole or not at all. ' +
    'It needs list on configmaps of the namespace, and a login that may pull.',
  examples: [
    'exports archive week-3 --namespace=course',
    'exports archive week-3 --file=backup/week-3.tar.gz --registry-auth=$HOME/.docker/config.json',
  ],
  params: {
    ...exportParams,
    file: optional(
      'Path of the file. If its name ends with .gz or .tgz, it is compressed with gzip. Empty: <tag>.tar.gz in the current folder.',
    ),
    ...registryTlsVerifyParam,
  },
  workspaces: exportRegistryWorkspaces,
  results: {
    'manifest-digest': 'Digest of the image in the registry and in the archive.',
    'config-digest': 'Digest of the configuration: the image id of Docker.',
  },
  reasons: ['exports', 'registry'],
  run: async (input, context) => {
    const registries = await openExportRegistries(input, context);
    return withExports(input, context, async (store) => {
      const { entry } = await requireExport(store, input.params.export);
      assertReady(entry, stateOf(entry, store.now()));
      const file = resolve(input.params.file ?? `${imageOf(entry).tag}.tar.gz`);
      return archiveExport(entry, file, { ...exportArchivePorts(context), source: registries.pull });
    });
  },
});
