import { openGit } from '../../../adapters/processes/open-git.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { checkBranch, checkFolder, parseRemote } from '../../../domain/git/remote.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { pushFolder } from '../../../usecases/git/push-folder.ts';
import { pushParams, pushWorkspaces, pushResults } from './params.ts';

export const gitInitPush = defineTask({
  name: 'git-init-push',
  summary: 'push the files of a folder to a git repository',
  family: 'crane',
  stage: 'apply',
  description:
    'Commits all files of the folder on top of a branch and pushes the commit, so that the folder in the repository ' +
    'has exactly these files. If the branch gets other commits meanwhile, it is read again. If the files are already ' +
    'there, nothing is pushed. Secrets that are not sealed are refused.',
  examples: [
    'git-init-push --uninitialized-git-repo=kustomize --git-remote-url=https://git.example.com/shop.git --user-name=Mover ' +
      '--user-email=mover@example.com --credentials=git-login',
    'git-init-push --uninitialized-git-repo=kustomize --git-remote-url=git@git.example.com:apps.git --user-name=Mover ' +
      '--user-email=mover@example.com --branch=main --folder=apps/shop',
  ],
  params: pushParams,
  workspaces: pushWorkspaces,
  results: pushResults,
  reasons: ['git'],
  reportIn: 'uninitialized-git-repo',
  run: async ({ params, workspaces }, { environment, signal, noteProgram, log }) => {
    const remote = parseRemote(params['git-remote-url'], log.redactor);
    const input = {
      url: remote.url,
      branch: params.branch && checkBranch(params.branch),
      folder: checkFolder(params.folder ?? ''),
      message: params.message,
      force: params.force,
      allowPlainSecrets: params['allow-plain-secrets'],
    };
    const workFolder = workspaces['uninitialized-git-repo'];
    const author = { name: params['user-name'], email: params['user-email'] };
    const { credentials } = workspaces;
    const { redactor } = log;
    const options = { remote, workFolder, credentials, author, environment, signal, noteProgram, redactor };
    const git = await openGit(options);
    try {
      return await pushFolder(input, { git, work: openFolder(workFolder), yaml: yamlCodec, log });
    } finally {
      await git.close();
    }
  },
});
