import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { gitSourceParams } from '../../shared/git-params.ts';
import { list, optional, required, toggle } from '../../shared/param-kinds.ts';
import { commonParams } from '../../shared/params.ts';
import {
  caBundleWorkspace,
  gitCredentialsWorkspace,
  s3ConnectionWorkspace,
  sourceWorkspace,
} from '../../shared/workspaces.ts';

export const uploadParams = {
  app: commonParams.app,
  namespace: required('Namespace of the application.'),
  username: optional('User who uploads, for the metadata of the object.'),
  ...gitSourceParams,
  path: optional(
    'Folder or archive to upload, in the workspace with the source or in the Git repository. Empty: the whole of it.',
  ),
  ignore: list(
    'Patterns as in .gitignore of files that are left out, separated by commas. Rules of .epinioignore come after them.',
  ),
  'use-gitignore': toggle(true, 'Whether .gitignore files count if the folder has no .epinioignore.'),
  'list-only': toggle(false, 'Whether files, bytes and rules are only reported, and nothing is uploaded.'),
} as const satisfies Params;

export const uploadWorkspaces = {
  source: sourceWorkspace,
  's3-connection': { ...s3ConnectionWorkspace, optional: true },
  'git-credentials': gitCredentialsWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const uploadResults = {
  'blob-id': 'Id of the object, a UUID; empty if the files were only listed.',
  sha256: 'SHA-256 of the object, hexadecimal; empty if the files were only listed.',
  bytes: 'Size of the object, or of the listed files.',
  'file-count': 'Number of files; empty for an archive.',
  commit: 'ID of the commit that has the files; empty without a Git repository.',
} as const;
