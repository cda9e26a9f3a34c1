import { unpackArchive } from '../../../adapters/archives/unpack-archive.ts';
import { removePath } from '../../../adapters/files/beneath.ts';
import { checkSourcePath } from '../../../domain/source/source-path.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { unpackSource } from '../../../usecases/source/unpack-source.ts';
import { unpackParams, unpackResults, unpackWorkspaces } from './params.ts';

export const sourceUnpack = defineTask({
  name: 'source-unpack',
  summary: 'unpack the source of an application',
  family: 'app',
  stage: 'unpack-source',
  description:
    'Unpacks a zip, tar, tgz, tbz or txz archive; the type is detected by content. A single folder at the top is left out. ' +
    'Nothing can leave the folder: archives with devices, with paths or links out of it, with doubtful names, cut ones ' +
    'and those above the limits are refused, and then nothing is written. Setuid bits are dropped.',
  examples: [
    'source-unpack --source-dir=build',
    'source-unpack --source-dir=build --archive=shop.zip --app-folder=app',
  ],
  params: unpackParams,
  workspaces: unpackWorkspaces,
  results: unpackResults,
  reasons: ['source'],
  reportIn: 'source',
  run: async ({ params, workspaces }, { environment, signal, log }) => {
    const folder = workspaces.source;
    const archive = checkSourcePath(params.archive, 'archive');
    const target = checkSourcePath(params['app-folder'], 'app-folder');
    const limits = {
      bytes: params['size-limit'] * 1024 * 1024,
      entries: params['entry-limit'],
      ratio: params['ratio-limit'],
    };
    const unpack = () => unpackArchive({ folder, archive, target, limits, environment, signal });
    const remove = () => removePath(folder, archive);
    return unpackSource({ archive, target, keepArchive: params['keep-archive'] }, { unpack, remove, log });
  },
});
