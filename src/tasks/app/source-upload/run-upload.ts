import { sha256Of } from '../../../adapters/files/digest.ts';
import { openSource } from '../../../adapters/source/open-source.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { SourceReader } from '../../../domain/source/source-list.ts';
import type { TaskContext, TaskInput } from '../../../runtime/define-task.ts';
import { uploadSource } from '../../../usecases/source/upload-source.ts';
import { openStore } from '../../shared/blob-store.ts';
import { parseGitAddress, withGitSource } from '../../shared/git-source.ts';
import type { uploadParams, uploadWorkspaces } from './params.ts';

type UploadInput = TaskInput<typeof uploadParams, typeof uploadWorkspaces>;

/** Uploads what the params describe, or lists it. @throws TaskError */
export async function runUpload({ params, workspaces }: UploadInput, context: TaskContext) {
  const { git, 'git-revision': revision, app, namespace, username = '', path = '', 'list-only': listOnly } = params;
  const { source: folder, 's3-connection': connection, 'ca-bundle': caBundle } = workspaces;
  if (connection === undefined && !listOnly)
    throw refuse(
      'the workspace s3-connection is missing',
      'Bind the Secret of the connection, or set list-only to "true".',
    );
  if (git === undefined && revision !== undefined)
    throw refuse('git-revision needs git', 'Give the address of the repository.');
  const upload = async (source: SourceReader) => {
    const place = { 's3-connection': connection ?? '', 'ca-bundle': caBundle };
    const store = listOnly ? undefined : await openStore(place, context);
    const hash = (text: string): string => sha256Of(text).slice('sha256:'.length);
    return uploadSource({ app, namespace, username, listOnly }, { source, store, hash, log: context.log });
  };
  const options = { path, patterns: parseCommaList(params.ignore), useGitignore: params['use-gitignore'] };
  if (git === undefined) return upload(await openSource(folder, { ...options, signal: context.signal }));
  const address = parseGitAddress(git, revision, context);
  const { 'git-credentials': credentials } = workspaces;
  return withGitSource({ ...address, ...options, credentials, caBundle }, context, upload);
}

function refuse(why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `uploading the source: ${why}`, { remedy });
}
