import { openGit } from '../../../adapters/processes/open-git.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { checkBranch, checkFolder, parseRemote } from '../../../domain/git/remote.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { pushFolder } from '../../../usecases/git/push-folder.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';

export const gitInitPush = defineTask({
  name: 'git-init-push',
  summary: 'push the files of a folder to a git repository',
  family: 'crane',
  stage: 'apply',
  description:
    'Commits all files of the folder on top of a branch, so that the place in the repository holds exactly these files, ' +
    'and pushes the commit; a branch that got other commits meanwhile is read again. Nothing is pushed when the files are ' +
    'there already. Secrets that are not sealed are refused.',
  examples: [
    'git-init-push --uninitialized-git-repo=kustomize --git-remote-url=https://git.example.com/shop.git --user-name=Mover ' +
      '--user-email=mover@example.com --credentials=git-login',
    'git-init-push --uninitialized-git-repo=kustomize --git-remote-url=git@git.example.com:apps.git --user-name=Mover ' +
      '--user-email=mover@example.com --branch=main --folder=apps/shop',
  ],
  params: {
    'git-remote-url': required('Address of the repository, https or ssh, without credentials in it.'),
    'user-name': required('Name of the author of the commit.'),
    'user-email': required('E-mail address of the author of the commit.'),
    branch: optional('Branch to push to; it is made when there is none. Empty: the own branch of the repository.'),
    folder: optional(
      'Folder in the repository that gets the files and nothing else. Empty: the root of the repository.',
    ),
    message: { type: 'string', default: 'Update manifests', description: 'Message of the commit.' },
    force: toggle(false, 'Whether the branch and its history are replaced by a single commit.'),
    'allow-plain-secrets': toggle(
      false,
      'Whether Secrets are pushed although whoever reads the repository can read them.',
    ),
  },
  workspaces: {
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
  },
  results: {
    commit: 'Id of the commit that holds the files. No newline.',
    branch: 'Name of the branch. No newline.',
    pushed: '"true" when something was pushed, "false" when the branch held the files already. No newline.',
    'file-count': 'Number of files. No newline.',
  },
  reportIn: 'uninitialized-git-repo',
  run: async ({ params, workspaces }, { environment, signal, noteProgram, log }) => {
    const remote = parseRemote(params['git-remote-url']);
    const input = {
      url: remote.url,
      branch: params.branch === '' ? '' : checkBranch(params.branch),
      folder: checkFolder(params.folder),
      message: params.message,
      force: params.force,
      allowPlainSecrets: params['allow-plain-secrets'],
    };
    const workFolder = workspaces['uninitialized-git-repo'];
    const author = { name: params['user-name'], email: params['user-email'] };
    const { credentials } = workspaces;
    const git = await openGit({ remote, workFolder, credentials, author, environment, signal, noteProgram });
    try {
      return await pushFolder(input, { git, work: openFolder(workFolder), yaml: yamlCodec, log });
    } finally {
      await git.close();
    }
  },
});
