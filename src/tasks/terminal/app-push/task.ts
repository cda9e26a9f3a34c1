import { defineTask } from '../../../runtime/define-task.ts';
import { pushParams, pushResults, pushWorkspaces } from './params.ts';

export const appPush = defineTask({
  name: 'app-push',
  aliases: ['app push'],
  summary: 'upload a source, build it in the cluster and deploy it',
  family: 'terminal',
  stage: 'applications',
  description:
    'Reads epinio.yml, uploads the folder or a commit of a Git repository, starts a run of the Pipeline app-push and follows it. Params replace what ' +
    'epinio.yml says; lists are not merged. One push of an application runs at a time: another one waits. If an earlier ' +
    'push was killed, its run is cancelled. An image that epinio.yml or a param names is deployed without a build.',
  examples: [
    'app push shop --destination-registry=registry.example.com --builder-image=builder.example.com/base:1 ' +
      '--domain=apps.example.com',
    'app push shop --dry-run=true',
    'app push shop --git=https://git.example.com/shop.git --git-revision=v1.2 --git-credentials=login ' +
      '--destination-registry=registry.example.com --domain=apps.example.com',
    'app push --app=shop --image=registry.example.com/apps/shop:1 --routes=shop.example.com',
  ],
  params: pushParams,
  workspaces: pushWorkspaces,
  results: pushResults,
  reasons: ['source', 'runs', 'release'],
  run: async (input, context) => {
    const { runPush } = await import('./run-push.ts');
    return runPush(input, context);
  },
});
