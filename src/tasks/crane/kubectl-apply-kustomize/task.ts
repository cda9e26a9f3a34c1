import { openFolder } from '../../../adapters/files/local-folder.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readKustomization } from '../../../usecases/apply/read-manifests.ts';
import { plannedPorts } from '../../shared/built-kustomization.ts';
import { applyParams, applyResults, runApply } from '../../shared/cluster-apply.ts';
import { sealingKeyWorkspace } from '../../shared/sealing-key.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const kubectlApplyKustomize = defineTask({
  name: 'kubectl-apply-kustomize',
  summary: 'apply the resources of a kustomization to a cluster',
  family: 'crane',
  stage: 'apply',
  recovery: 'applying',
  description:
    'Builds the kustomization with kustomize, without credentials and from its own folder only. Applies the ' +
    'resources with server-side apply: dependencies first, several in parallel, with a result for each. A refused ' +
    'resource does not stop the others. The task then ends with exit code 4, and another run resumes.',
  examples: ['kubectl-apply-kustomize --kustomize-dir kustomize --context=destination'],
  params: applyParams,
  workspaces: {
    kustomize: {
      flag: 'kustomize-dir',
      defaultPath: 'kustomize',
      description: 'The folder with a kustomization.yaml, and for the report.',
    },
    kubeconfig: kubeconfigWorkspace,
    'sealing-key': sealingKeyWorkspace,
  },
  results: applyResults,
  reasons: ['manifests', 'seal', 'apply'],
  reportIn: 'kustomize',
  run: async ({ params, workspaces }, context) => {
    const folder = openFolder(workspaces.kustomize);
    const planned = await keepYoungSmall(() => readKustomization(folder, plannedPorts(context)));
    const { kubeconfig, 'sealing-key': sealingKey } = workspaces;
    const journal = { folder, task: 'kubectl-apply-kustomize' };
    return runApply({ ...planned, kubeconfig, sealingKey, journal }, params, context);
  },
});
