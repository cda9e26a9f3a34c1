import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readLiveRelease, stateOfWorkload } from '../../../usecases/app/read-live-release.ts';
import { describe, formatRelease } from './format-release.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { outputParam, releaseId, releaseParams, shown, toJson } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appShow = defineTask({
  name: 'app-show',
  aliases: ['app show'],
  summary: 'show a Helm release: its routes, workloads and pods',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints the state of a release, its URLs, and each workload with the reasons of pods that do not start. ' +
    'It needs get and list on secrets, workloads and pods of the namespace.',
  examples: ['app-show shop', 'app-show shop --namespace=web --output=json'],
  params: { ...releaseParams, ...outputParam },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const release = releaseId(namespace, input.params.release);
      const found = await readLiveRelease(release, ports);
      const text = input.params.output === 'json' ? toJson(describe(release, found)) : formatRelease(release, found);
      const states = found.workloads.map(stateOfWorkload);
      const ready = states.filter(({ state }) => state === 'ready').length;
      return shown(text, `${String(ready)} of ${countOf(states.length, 'workload')} ready`);
    }),
});
