import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { nameFailures } from '../../../domain/reports/outcome.ts';
import { changeWorkloads } from '../../../usecases/app/change-workloads.ts';
import { count } from '../../shared/param-kinds.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { changeParams, limitsOf, releaseId, releaseParams } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appScale = defineTask({
  name: 'app-scale',
  aliases: ['app scale'],
  summary: 'change the number of instances of a Helm release',
  family: 'terminal',
  stage: 'applications',
  description:
    'Changes the replicas of the Deployments and StatefulSets of a release, and waits until they are ready. The next ' +
    'installation of the release sets the number of its values again.',
  examples: ['app-scale shop --instances=3'],
  params: {
    ...releaseParams,
    ...changeParams,
    instances: count([0, 10_000], 1, 'Number of instances of each workload.'),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: ['release'],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const release = releaseId(namespace, input.params.release);
      const { wait, stallMilliseconds } = limitsOf(input.params);
      const change = { kind: 'scale', instances: input.params.instances } as const;
      const items = await changeWorkloads(release, { change, waitMilliseconds: wait ? stallMilliseconds : 0 }, ports);
      return { items, results: {}, summary: `${countOf(items.length, 'workload')}; ${nameFailures(items)}` };
    }),
});
