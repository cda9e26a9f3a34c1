import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { nameFailures } from '../../../domain/reports/outcome.ts';
import { changeWorkloads } from '../../../usecases/app/change-workloads.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { changeParams, limitsOf, releaseId, releaseParams } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appRestart = defineTask({
  name: 'app-restart',
  aliases: ['app restart'],
  summary: 'restart the pods of a Helm release',
  family: 'terminal',
  stage: 'applications',
  description:
    'Restarts the pods of all Deployments, StatefulSets and DaemonSets of a release as kubectl rollout restart does, ' +
    'and waits until they are ready.',
  examples: ['app-restart shop', 'app-restart shop --wait=false'],
  params: { ...releaseParams, ...changeParams },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: ['release'],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const release = releaseId(namespace, input.params.release);
      const { wait, stallMilliseconds } = limitsOf(input.params);
      const change = { kind: 'restart', at: new Date().toISOString() } as const;
      const items = await changeWorkloads(release, { change, waitMilliseconds: wait ? stallMilliseconds : 0 }, ports);
      return { items, results: {}, summary: `${countOf(items.length, 'workload')}; ${nameFailures(items)}` };
    }),
});
