import { defineTask } from '../../../runtime/define-task.ts';
import { rollBackRelease } from '../../../usecases/app/roll-back-release.ts';
import { count } from '../../shared/param-kinds.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { changeParams, limitsOf, releaseId, releaseParams } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appRollback = defineTask({
  name: 'app-rollback',
  aliases: ['app rollback'],
  summary: 'return a Helm release to an earlier revision',
  family: 'terminal',
  stage: 'applications',
  description:
    'Makes a new revision with the content of an earlier one and waits until its pods are ready. A rollback that was ' +
    'killed is completed by running it again.',
  examples: ['app-rollback shop', 'app-rollback shop --revision=3'],
  params: {
    ...releaseParams,
    ...changeParams,
    revision: count(
      [0, 1_000_000],
      0,
      'Revision to return to. "0": the last one that was deployed before the current one.',
    ),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: ['release'],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const release = releaseId(namespace, input.params.release);
      const revision = input.params.revision === 0 ? undefined : input.params.revision;
      const end = await rollBackRelease({ ...release, revision, limits: limitsOf(input.params) }, ports);
      const id = `${namespace}/${release.name}`;
      const evidence = { revision: end.revision, from: end.from };
      const summary = `release ${id} has revision ${String(end.revision)}, with the content of ${String(end.from)}`;
      return { items: [{ id, outcome: 'done', reason: 'rolled-back', evidence }], results: {}, summary };
    }),
});
