import { sha256Of } from '../../../adapters/files/digest.ts';
import { openSource } from '../../../adapters/source/open-source.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { uploadSource } from '../../../usecases/source/upload-source.ts';
import { openStore } from '../../shared/blob-store.ts';
import { uploadParams, uploadResults, uploadWorkspaces } from './params.ts';

export const sourceUpload = defineTask({
  name: 'source-upload',
  summary: 'upload the source of an application to an object storage',
  family: 'app',
  stage: 'upload-source',
  description:
    'Uploads a folder as a tar archive, or an existing archive, to a bucket. .epinioignore, or else .gitignore, says ' +
    'which files are left out; .git and files with logins of Git always are. The id follows from the content: the same ' +
    'source is uploaded once, and an interrupted upload is continued by the next run.',
  examples: [
    'source-upload --app=shop --namespace=workspace --source-dir=shop --s3-connection=s3',
    'source-upload --app=shop --namespace=workspace --source-dir=shop --list-only=true',
  ],
  params: uploadParams,
  workspaces: uploadWorkspaces,
  results: uploadResults,
  reasons: ['source'],
  reportIn: 'source',
  run: async ({ params, workspaces }, context) => {
    const { app, namespace, username = '', path = '', 'list-only': listOnly } = params;
    const { source: folder, 's3-connection': connection, 'ca-bundle': caBundle } = workspaces;
    if (connection === undefined && !listOnly) {
      const remedy = 'Bind the Secret of the connection, or set list-only to "true".';
      throw new TaskError('invalid-param', 'uploading the source: the workspace s3-connection is missing', { remedy });
    }
    const source = await openSource(folder, {
      path,
      patterns: parseCommaList(params.ignore),
      useGitignore: params['use-gitignore'],
      signal: context.signal,
    });
    const store =
      connection === undefined
        ? undefined
        : await openStore({ 's3-connection': connection, 'ca-bundle': caBundle }, context);
    const hash = (text: string): string => sha256Of(text).slice('sha256:'.length);
    return uploadSource({ app, namespace, username, listOnly }, { source, store, hash, log: context.log });
  },
});
