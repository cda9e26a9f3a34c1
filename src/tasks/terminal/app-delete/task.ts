import { defineTask } from '../../../runtime/define-task.ts';
import { deleteRelease } from '../../../usecases/app/delete-release.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { changeParams, limitsOf, releaseId, releaseParams } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appDelete = defineTask({
  name: 'app-delete',
  aliases: ['app delete'],
  summary: 'delete a Helm release with its objects',
  family: 'terminal',
  stage: 'applications',
  description:
    'Deletes the objects of a release and its history. Objects that the chart keeps and the claims of StatefulSets ' +
    'remain. It does nothing if the release does not exist.',
  examples: ['app-delete shop', 'app-delete shop --namespace=web'],
  params: { ...releaseParams, ...changeParams },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: ['release'],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const release = releaseId(namespace, input.params.release);
      const existed = await deleteRelease(release, limitsOf(input.params), ports);
      const id = `${namespace}/${release.name}`;
      const summary = existed ? `deleted release ${id}` : `release ${id} does not exist`;
      const item = existed
        ? ({ id, outcome: 'done', reason: 'deleted' } as const)
        : ({ id, outcome: 'skipped', reason: 'gone-already' } as const);
      return { items: [item], results: {}, summary };
    }),
});
