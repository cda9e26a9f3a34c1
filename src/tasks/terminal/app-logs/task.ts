import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readLogs } from '../../../usecases/app/read-logs.ts';
import { readLiveRelease } from '../../../usecases/app/read-live-release.ts';
import { count, optional } from '../../shared/param-kinds.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { releaseId, releaseParams } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appLogs = defineTask({
  name: 'app-logs',
  aliases: ['app logs'],
  summary: 'print the logs of the pods of a Helm release',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints the last lines of each container of the pods of a release. It needs get on pods/log besides what app-show ' +
    'needs.',
  examples: ['app-logs shop', 'app-logs shop --tail=1000 --container=web'],
  params: {
    ...releaseParams,
    container: optional('Name of the containers to print. Empty: all.'),
    tail: count([1, 1_000_000], 100, 'Lines of each container at most.'),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const { release, container, tail } = input.params;
      const { workloads } = await readLiveRelease(releaseId(namespace, release), ports);
      const pods = workloads.flatMap((workload) => workload.pods);
      const count = await readLogs(pods, { container, tail }, { cluster: ports.cluster, onLine: context.print });
      return { items: [], results: {}, summary: `${countOf(count, 'line')} of ${countOf(pods.length, 'pod')}` };
    }),
});
