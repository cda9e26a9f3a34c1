import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { stagingIn } from '../../../adapters/files/stage-folders.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { applyPatches } from '../../../usecases/transform/apply-patches.ts';
import { commonParams } from '../../shared/params.ts';
import { exportWorkspace } from '../../shared/workspaces.ts';
import { optional } from '../../shared/param-kinds.ts';

export const craneApply = defineTask({
  name: 'crane-apply',
  summary: 'render the final manifests from an export and its patches',
  family: 'crane',
  stage: 'render',
  recovery: 'before-anything-is-written',
  description:
    'Applies the patches of crane-transform to the exported resources and writes the manifests, ready for any cluster; no ' +
    'cluster is asked. Resources with a whiteout marker are left out, resources without a patch file are written as they ' +
    'are. A patch that does not fit fails its resource; the others are written.',
  examples: ['crane-apply --export-dir export --transform-dir transform --output-dir output'],
  params: {
    'index-digest': commonParams['export-index-digest'],
    'transform-digest': optional(
      'Digest that the index of the patches must have, `sha256:<hex>`: the result transform-digest of crane-transform. ' +
        'Then each patch file must be as it was written. Empty: patch files may have been edited, replaced or added; one ' +
        'that is gone without a whiteout marker in its place, or a marker without a patch file, fails its resource.',
    ),
  },
  workspaces: {
    export: exportWorkspace,
    transform: {
      flag: 'transform-dir',
      defaultPath: 'transform',
      mountPath: '/var/crane/transform',
      readOnly: true,
      description: 'The folder where crane-transform stored patches and whiteout markers.',
    },
    apply: {
      flag: 'output-dir',
      defaultPath: 'output',
      mountPath: '/var/crane/apply',
      description:
        'The folder that gets the manifests, below resources/, and their index. Manifests of earlier runs go.',
    },
  },
  results: {
    'written-count': 'Number of manifests written. No newline.',
    'skipped-count': 'Number of resources left out because of a whiteout marker. No newline.',
    'index-digest':
      'Digest of the index over the manifests, `sha256:<hex>`, for the tasks that deploy them. No newline.',
  },
  reportIn: 'apply',
  run: ({ params, workspaces }, { log, signal }) =>
    applyPatches(
      {
        exportFolder: openFolder(workspaces.export),
        transformFolder: openFolder(workspaces.transform),
        outputFolder: openFolder(workspaces.apply),
        indexDigest: params['index-digest'],
        transformDigest: params['transform-digest'],
      },
      { yaml: yamlCodec, sha256: sha256Of, stage: stagingIn(workspaces.apply, 'reports'), log, signal },
    ),
});
