import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { stagingIn } from '../../../adapters/files/stage-folders.ts';
import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { applyPatches } from '../../../usecases/transform/apply-patches.ts';
import { applyParams, applyWorkspaces, applyResults } from './params.ts';

export const craneApply = defineTask({
  name: 'crane-apply',
  summary: 'render the final manifests from an export and its patches',
  family: 'crane',
  stage: 'render',
  recovery: 'before-anything-is-written',
  description:
    'Applies the patches of crane-transform to the exported resources and writes the manifests. No cluster is asked. ' +
    'Resources with a whiteout marker are left out; resources without a patch file are written unchanged. A patch ' +
    'that cannot be applied fails its resource; the others are written.',
  examples: ['crane-apply --export-dir export --transform-dir transform --output-dir output'],
  params: applyParams,
  workspaces: applyWorkspaces,
  results: applyResults,
  reasons: ['manifests', 'render'],
  reportIn: 'apply',
  run: ({ params, workspaces }, { log, signal }) =>
    keepYoungSmall(() =>
      applyPatches(
        {
          exportFolder: openFolder(workspaces.export),
          transformFolder: openFolder(workspaces.transform),
          outputFolder: openFolder(workspaces.apply),
          indexDigest: params['index-digest'],
          transformDigest: params['transform-digest'],
        },
        {
          yaml: yamlCodec,
          sha256: sha256Of,
          stage: stagingIn(workspaces.apply, 'reports'),
          log,
          signal,
          makeList: makePackedList,
        },
      ),
    ),
});
