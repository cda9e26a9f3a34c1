import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { count, toggle } from '../../shared/param-kinds.ts';
import { commonParams } from '../../shared/params.ts';
import { sourceWorkspace } from '../../shared/workspaces.ts';

export const unpackParams = {
  archive: commonParams.archive,
  'app-folder': {
    type: 'string',
    default: 'app',
    description: 'Folder of the workspace with the files of the application. What it had before is replaced.',
  },
  'size-limit': count([1, 1_048_576], 4096, 'Size of all files together at most, in MiB.'),
  'entry-limit': count([1, 10_000_000], 250_000, 'Number of files, folders and links at most.'),
  'ratio-limit': count([1, 100_000], 200, 'How many times as long as the archive its content may be, from 64 MiB on.'),
  'keep-archive': toggle(false, 'Whether the archive remains in the workspace afterwards.'),
} as const satisfies Params;

export const unpackWorkspaces = { source: sourceWorkspace } as const satisfies Workspaces;

export const unpackResults = {
  type: 'Type of the archive: zip, tar, tgz, tbz or txz.',
  'file-count': 'Number of files.',
  bytes: 'Size of all files.',
} as const;
