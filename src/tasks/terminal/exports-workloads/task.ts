import { countOf } from '../../../domain/core/count-of.ts';
import { strictYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { formatTable } from '../../../domain/app/format-table.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { listWorkloads } from '../../../usecases/containerize/list-workloads.ts';
import { exportPlaceParams, exportWorkspaces, withExports } from '../../shared/exports.ts';
import { outputParam, shown, toJson } from '../../shared/releases.ts';

export const exportsWorkloads = defineTask({
  name: 'exports-workloads',
  aliases: ['exports workloads'],
  summary: 'list the workloads of a namespace, and whether each may become an image',
  family: 'terminal',
  stage: 'exports',
  description:
    'Prints each workload with the source of its application profile, and for one that must not be exported the reason. ' +
    'It needs list on the workloads, and get on configmaps that profiles are in.',
  examples: ['exports workloads --namespace=course', 'exports workloads --output=json'],
  params: { ...exportPlaceParams, ...outputParam },
  workspaces: exportWorkspaces,
  results: {},
  reasons: [],
  run: (input, context) =>
    withExports(input, context, async ({ cluster, namespace }) => {
      const workloads = await listWorkloads(namespace, { cluster, yaml: strictYamlCodec });
      const rows = workloads.map(({ kind, name, profile, eligibility }) => [
        `${kind.toLowerCase()}/${name}`,
        eligibility.eligible ? 'yes' : 'no',
        profile,
        eligibility.eligible ? '' : eligibility.reason,
      ]);
      const text =
        input.params.output === 'json'
          ? toJson(workloads)
          : formatTable(['WORKLOAD', 'ELIGIBLE', 'PROFILE', 'REASON'], rows);
      return shown(text, `${countOf(workloads.length, 'workload')} in namespace ${namespace}`);
    }),
});
