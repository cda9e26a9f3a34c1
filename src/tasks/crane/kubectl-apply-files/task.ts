import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { makeObjectList } from '../../../adapters/memory/packed-list.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readRendered } from '../../../usecases/apply/read-manifests.ts';
import { applyParams, applyResults, runApply } from '../../shared/cluster-apply.ts';
import { commonParams } from '../../shared/params.ts';
import { sealingKeyWorkspace } from '../../shared/sealing-key.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const kubectlApplyFiles = defineTask({
  name: 'kubectl-apply-files',
  summary: 'apply all manifests below a folder to a cluster',
  family: 'crane',
  stage: 'apply',
  recovery: 'applying',
  description:
    'Applies every YAML and JSON manifest below the folder with server-side apply: dependencies first, several in ' +
    'parallel, with a result for each. A file that cannot be read or a refused resource does not stop the others. The ' +
    'task then ends with exit code 4, and another run resumes.',
  examples: ['kubectl-apply-files --output-dir output --context=destination --namespace=shop-new'],
  params: { ...applyParams, 'index-digest': commonParams['manifest-index-digest'] },
  workspaces: {
    apply: {
      flag: 'output-dir',
      defaultPath: 'output',
      mountPath: '/var/crane/apply',
      description: 'The folder with the manifests that crane-apply wrote, and for the report.',
    },
    kubeconfig: kubeconfigWorkspace,
    'sealing-key': sealingKeyWorkspace,
  },
  results: applyResults,
  reasons: ['manifests', 'seal', 'apply'],
  reportIn: 'apply',
  run: async ({ params, workspaces }, context) => {
    const folder = openFolder(workspaces.apply);
    const ports = { yaml: yamlCodec, sha256: sha256Of, makeList: makeObjectList };
    const planned = await keepYoungSmall(() => readRendered(folder, params['index-digest'], ports));
    const { kubeconfig, 'sealing-key': sealingKey } = workspaces;
    const journal = { folder, task: 'kubectl-apply-files' };
    return runApply({ ...planned, kubeconfig, sealingKey, journal }, params, context);
  },
});
