import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';
import { gitCredentialsWorkspace } from '../../shared/workspaces.ts';

export const pushParams = {
  'git-remote-url': required('Address of the repository, https or ssh, without credentials.'),
  'user-name': required('Name of the author of the commit.'),
  'user-email': required('E-mail address of the author of the commit.'),
  branch: optional(
    'Branch to push to. It is created if it does not exist. Empty: the default branch of the repository.',
  ),
  folder: optional('Folder in the repository that has these files and no others. Empty: the root of the repository.'),
  message: { type: 'string', default: 'Update manifests', description: 'Message of the commit.' },
  force: toggle(false, 'Whether the branch and its history are replaced by a single commit.'),
  'allow-plain-secrets': toggle(
    false,
    'Whether Secrets that are not sealed are pushed, readable for every reader of the repository.',
  ),
} as const satisfies Params;

export const pushWorkspaces = {
  'uninitialized-git-repo': {
    flag: 'uninitialized-git-repo',
    defaultPath: '.',
    description: 'The folder whose files are pushed, without reports/ and index.json, and for the report.',
  },
  credentials: { ...gitCredentialsWorkspace, flag: 'credentials' },
} as const satisfies Workspaces;

export const pushResults = {
  commit: 'ID of the commit that has the files.',
  branch: 'Name of the branch.',
  pushed: '"true" if something was pushed, "false" if the branch already had the files.',
  'file-count': 'Number of files.',
} as const;
