import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { makeObjectList } from '../../../adapters/memory/packed-list.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { parseLabels } from '../../../domain/apply/kustomize/kustomization.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { initKustomization } from '../../../usecases/apply/init-kustomization.ts';
import { buildFolder } from '../../shared/built-kustomization.ts';
import { kustomizeParams, kustomizeWorkspaces } from './params.ts';

export const craneKustomizeInit = defineTask({
  name: 'crane-kustomize-init',
  summary: 'create a kustomization of the final manifests',
  family: 'crane',
  stage: 'render',
  recovery: 'before-anything-is-written',
  description:
    'Copies the manifests of one namespace into the folder kustomize and writes a kustomization.yaml for them with ' +
    'namespace, name prefix, name suffix and labels. It builds the kustomization once with kustomize as a ' +
    'check. Another run replaces what it wrote before.',
  examples: [
    'crane-kustomize-init --output-dir output --kustomize-dir kustomize --namespace=shop-new',
    'crane-kustomize-init --source-namespace=shop --labels=team:shop,stage:test',
  ],
  params: kustomizeParams,
  workspaces: kustomizeWorkspaces,
  results: { 'resource-count': 'Number of resources in the kustomization.' },
  reasons: ['manifests', 'kustomize'],
  reportIn: 'kustomize',
  run: ({ params, workspaces }, { log, signal, environment, noteProgram }) =>
    initKustomization(
      {
        applyFolder: openFolder(workspaces.apply),
        kustomizeFolder: openFolder(workspaces.kustomize),
        writer: 'crane-kustomize-init',
        sourceNamespace: params['source-namespace'],
        indexDigest: params['index-digest'],
        namespace: params.namespace,
        namePrefix: params['name-prefix'],
        nameSuffix: params['name-suffix'],
        labels: parseLabels(params.labels),
      },
      {
        yaml: yamlCodec,
        sha256: sha256Of,
        makeList: makeObjectList,
        log,
        build: (folder) => buildFolder(folder, { environment, signal, noteProgram, log }),
      },
    ),
});
