import { writeStreamAtomic } from '../../../adapters/files/write-stream.ts';
import { checkBlobId } from '../../../domain/source/blob-id.ts';
import { checkSourcePath } from '../../../domain/source/source-path.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { fetchSource } from '../../../usecases/source/fetch-source.ts';
import { openStore } from '../../shared/blob-store.ts';
import { fetchParams, fetchResults, fetchWorkspaces } from './params.ts';

export const sourceFetch = defineTask({
  name: 'source-fetch',
  summary: 'download the source of an application from an object storage',
  family: 'app',
  stage: 'fetch-source',
  description:
    'Downloads the object with the source, over http or https. Its metadata must name the application and its ' +
    'namespace, and its content must have the checksum of the upload. A broken connection is continued where it was.',
  examples: [
    'source-fetch --app=shop --namespace=workspace --blob-id=3f1c2a9e-0b7d-4c55-9a51-6f1f1f0c2d3e --s3-connection=s3',
  ],
  params: fetchParams,
  workspaces: fetchWorkspaces,
  results: fetchResults,
  reasons: ['source'],
  reportIn: 'source',
  run: async ({ params, workspaces }, context) => {
    const { app, namespace } = params;
    const archive = checkSourcePath(params.archive, 'archive');
    const blobId = checkBlobId(params['blob-id']);
    const store = await openStore(workspaces, context);
    const save: Parameters<typeof fetchSource>[1]['save'] = (path, content) =>
      writeStreamAtomic(workspaces.source, path, content);
    return fetchSource({ blobId, app, namespace, archive }, { store, save });
  },
});
