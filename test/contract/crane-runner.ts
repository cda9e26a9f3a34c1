import type { TaskInterface } from '../../scripts/forms/interfaces.ts';

/** crane-runner's ClusterTasks as their users know them: params with their defaults (null: required), workspaces, results. */
export const predecessor: Readonly<Record<string, TaskInterface>> = {
  'crane-kubeconfig-generator': {
    params: { 'cluster-secret': null, 'context-name': null },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'crane-export': {
    params: { context: null, namespace: null },
    workspaces: { export: 'required', kubeconfig: 'required' },
    results: [],
  },
  'crane-transform': {
    params: { 'optional-flags': '' },
    workspaces: { export: 'required', transform: 'required', 'ignored-patches': 'optional', craneconfig: 'optional' },
    results: [],
  },
  'crane-apply': {
    params: {},
    workspaces: { export: 'required', transform: 'required', apply: 'required' },
    results: [],
  },
  'crane-image-sync': {
    params: {
      'src-context': null,
      'src-internal-registry-url': null,
      'src-public-registry-url': null,
      'src-tls-verify': 'true',
      'dest-context': null,
      'dest-public-registry-url': null,
      'dest-namespace': null,
      'dest-tls-verify': 'true',
    },
    workspaces: { export: 'required', skopeo: 'required', kubeconfig: 'required' },
    results: [],
  },
  'oc-registry-info': {
    params: { context: null, strict: 'false' },
    workspaces: { kubeconfig: 'required' },
    results: ['internal', 'public'],
  },
  'crane-transfer-pvc': {
    params: {
      'source-context': null,
      'source-namespace': null,
      'source-pvc-name': null,
      'dest-context': null,
      'dest-pvc-name': '',
      'dest-namespace': '',
      'dest-storage-class-name': '',
      'dest-storage-requests': '',
      'endpoint-type': '',
      verify: 'false',
    },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'kubectl-scale-down': {
    params: { context: '', namespace: '', 'resource-type': null },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'crane-kustomize-init': {
    params: { 'source-namespace': '', labels: '', 'name-prefix': '', namespace: '', 'name-suffix': '' },
    workspaces: { apply: 'required', kustomize: 'required' },
    results: [],
  },
  'kubectl-apply-kustomize': {
    params: { context: '' },
    workspaces: { kustomize: 'required', kubeconfig: 'optional' },
    results: [],
  },
  'kubectl-apply-files': {
    params: { context: '' },
    workspaces: { apply: 'required', kubeconfig: 'optional' },
    results: [],
  },
  'git-init-push': {
    params: { 'git-remote-url': null, 'user-name': null, 'user-email': null },
    workspaces: { 'uninitialized-git-repo': 'required' },
    results: [],
  },
};
