import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder, openIfGiven } from '../../../adapters/files/local-folder.ts';
import { stagingIn } from '../../../adapters/files/stage-folders.ts';
import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { coreYamlCodec, yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { planTransform } from '../../../usecases/transform/plan-transform.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { transformResources } from '../../../usecases/transform/transform-resources.ts';
import { withPrograms } from '../../shared/transform-plugins.ts';
import { craneTransformParams, transformWorkspaces, transformResults } from './params.ts';
import { wantedOf } from './wanted.ts';

export const craneTransform = defineTask({
  name: 'crane-transform',
  summary: 'write the patches that adapt exported resources to another cluster',
  family: 'crane',
  stage: 'transform',
  recovery: 'before-anything-is-written',
  description:
    'Decides for each exported resource whether it is migrated and what must change in it. The export is not changed. ' +
    'Each file gets a transform-<file> with JSON patches (RFC 6902), or an empty .wh.<file> if the resource is left ' +
    'out. The rules of the plugins KubernetesPlugin, OpenShiftPlugin and ImagestreamPlugin are built in. The same ' +
    'export and flags give the same bytes.',
  examples: [
    'crane-transform --export-dir export --transform-dir transform',
    'crane-transform --registry-replacement=registry.example.com/shop=registry.example.org/shop',
    `crane-transform --optional-flags='{"add-annotations":"team=shop"}'`,
    'crane-transform --namespace-mapping=shop=store --patches-dir=patches',
  ],
  params: craneTransformParams,
  workspaces: transformWorkspaces,
  results: transformResults,
  reasons: ['manifests', 'transform'],
  reportIn: 'transform',
  run: async ({ params, workspaces }, { log, signal }) => {
    const wanted = await wantedOf({ params, workspaces });
    const programs = { settings: params, workspaces: Object.values(workspaces) };
    const transform = () =>
      withPrograms(programs, { log, signal }, async (openPlugins) => {
        const input = {
          exportFolder: openFolder(workspaces.export),
          transformFolder: openFolder(workspaces.transform),
          ignoredFolder: openIfGiven(workspaces['ignored-patches']),
          plugins: await planTransform(wanted, { yaml: yamlCodec, flagsYaml: coreYamlCodec, log, openPlugins }),
          indexDigest: params['index-digest'],
        };
        const stage = stagingIn(workspaces.transform, 'reports');
        return transformResources(input, {
          yaml: yamlCodec,
          sha256: sha256Of,
          stage,
          log,
          signal,
          makeList: makePackedList,
        });
      });
    return keepYoungSmall(transform);
  },
});
