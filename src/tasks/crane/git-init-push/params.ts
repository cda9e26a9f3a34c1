import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';

export const pushParams = {
  'git-remote-url': required('Address of the repository, https or ssh, without credentials in it.'),
  'user-name': required('Name of the author of the commit.'),
  'user-email': required('E-mail address of the author of the commit.'),
  branch: optional('Branch to push to; it is made when there is none. Empty: the own branch of the repository.'),
  folder: optional('Folder in the repository that gets the files and nothing else. Empty: the root of the repository.'),
  message: { type: 'string', default: 'Update manifests', description: 'Message of the commit.' },
  force: toggle(false, 'Whether the branch and its history are replaced by a single commit.'),
  'allow-plain-secrets': toggle(
    false,
    'Whether Secrets are pushed although whoever reads the repository can read them.',
  ),
} as const satisfies Params;

export const pushWorkspaces = {
  'uninitialized-git-repo': {
    flag: 'uninitialized-git-repo',
    defaultPath: '.',
    description: 'The folder whose files are pushed, without reports/ and index.json. It also gets the report.',
  },
  credentials: {
    flag: 'credentials',
    optional: true,
    readOnly: true,
    description:
      'Folder with username and password, or ssh-privatekey and known_hosts, or .git-credentials; ca.crt adds ' +
      'authorities. Not bound: what Tekton puts into the home folder for the service account.',
  },
} as const satisfies Workspaces;

export const pushResults = {
  commit: 'Id of the commit that holds the files. No newline.',
  branch: 'Name of the branch. No newline.',
  pushed: '"true" when something was pushed, "false" when the branch held the files already. No newline.',
  'file-count': 'Number of files. No newline.',
} as const;
