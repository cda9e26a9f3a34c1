import { countOf } from '../../../domain/core/count-of.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { environmentOf } from '../../../domain/app/container-environment.ts';
import { formatTable } from '../../../domain/app/format-table.ts';
import { readLiveRelease } from '../../../usecases/app/read-live-release.ts';
import { toggle } from '../../shared/param-kinds.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { outputParam, releaseId, releaseParams, shown, toJson } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';

export const appEnv = defineTask({
  name: 'app-env',
  aliases: ['app env'],
  summary: 'list the environment variables of a Helm release',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints the environment variables of all containers and where they come from. Values are printed only with ' +
    '--show-values=true: they may be secret.',
  examples: ['app-env shop', 'app-env shop --show-values=true --output=json'],
  params: {
    ...releaseParams,
    ...outputParam,
    'show-values': toggle(false, 'Whether to print the values that the workloads hold. They may be secret.'),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const { release, output, 'show-values': showValues } = input.params;
      const { workloads } = await readLiveRelease(releaseId(namespace, release), ports);
      const entries = workloads.flatMap(({ live }) => (live === undefined ? [] : environmentOf(live)));
      const visible = entries.map(({ value, ...entry }) => (showValues ? { ...entry, value } : entry));
      const headings = ['WORKLOAD', 'CONTAINER', 'NAME', 'SOURCE', ...(showValues ? ['VALUE'] : [])];
      const rows = entries.map(({ workload, container, name, source, value = '' }) => {
        return [workload, container, name === '' ? '(all keys)' : name, source, ...(showValues ? [value] : [])];
      });
      const text = output === 'json' ? toJson(visible) : formatTable(headings, rows);
      return shown(text, countOf(entries.length, 'environment variable'));
    }),
});
