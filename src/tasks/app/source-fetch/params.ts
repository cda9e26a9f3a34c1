import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { required } from '../../shared/param-kinds.ts';
import { commonParams } from '../../shared/params.ts';
import { caBundleWorkspace, s3ConnectionWorkspace, sourceWorkspace } from '../../shared/workspaces.ts';

export const fetchParams = {
  app: commonParams.app,
  namespace: required('Namespace of the application.'),
  'blob-id': required('Id of the object with the source: the result blob-id of source-upload.'),
  archive: commonParams.archive,
} as const satisfies Params;

export const fetchWorkspaces = {
  source: sourceWorkspace,
  's3-connection': s3ConnectionWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const fetchResults = {
  archive: 'Path of the archive in the workspace.',
  sha256: 'SHA-256 of the archive, hexadecimal.',
  bytes: 'Size of the archive.',
} as const;
