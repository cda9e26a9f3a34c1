import type { Workspace } from '../../../runtime/define-task.ts';
import { kubeconfigDigestParam, kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const validateParams = {
  context: {
    type: 'string',
    default: '',
    description:
      'Name of the kubeconfig context of the destination cluster. Empty: the current context. Not used when a captured ' +
      'surface is given.',
  },
  namespace: {
    type: 'string',
    default: '',
    description:
      'Namespace of the application at the destination, whose quotas and limits count. Empty: quotas and limits are not ' +
      'looked at.',
  },
  'source-context': {
    type: 'string',
    default: '',
    description:
      'Name of the kubeconfig context of the source cluster. Empty: what the account may do there is not asked.',
  },
  'source-namespace': {
    type: 'string',
    default: '',
    description: 'Namespace of the application at the source. Empty: that of the destination.',
  },
  steps: {
    type: 'string',
    list: true,
    default: 'export,images,apply',
    description:
      'What the run will do, for which both accounts need rights: some of export, images, apply, quiesce and volumes, ' +
      'separated by commas.',
  },
  'source-internal-registry': {
    type: 'string',
    default: '',
    description: "Address of the source's registry inside its cluster. Empty: not known.",
  },
  'source-public-registry': {
    type: 'string',
    default: '',
    description: "Address of the source's registry outside its cluster, which must answer. Empty: not known.",
  },
  'destination-internal-registry': {
    type: 'string',
    default: '',
    description: "Address of the destination's registry inside its cluster. Empty: not known.",
  },
  'destination-public-registry': {
    type: 'string',
    default: '',
    description: "Address of the destination's registry outside its cluster, which must answer. Empty: not known.",
  },
  'registry-tls-verify': {
    type: 'boolean',
    default: true,
    description:
      'Whether the certificates of the registries are verified. "false" also allows plain HTTP and is repeated in the report.',
  },
  ...kubeconfigDigestParam,
} as const;

export const validateWorkspaces = {
  manifests: {
    flag: 'manifests-dir',
    optional: true,
    readOnly: true,
    description:
      'The folder with what shall be moved: of crane-export, of crane-apply, or with a kustomization. Not bound: the ' +
      'destination is only captured, and rights are asked for.',
  },
  validate: {
    flag: 'validate-dir',
    defaultPath: 'validate',
    description: 'The folder that gets the report and surface.json.',
  },
  surface: {
    flag: 'surface',
    optional: true,
    readOnly: true,
    description:
      'The folder with a surface.json captured before, or that file: the destination itself is then not asked. Not bound: ' +
      'the cluster is asked.',
  },
  kubeconfig: kubeconfigWorkspace,
  'ca-bundle': {
    flag: 'ca-bundle',
    optional: true,
    readOnly: true,
    description: 'Folder with PEM files (*.crt, *.pem), or such a file: authorities to trust besides the usual ones.',
  },
} as const satisfies Readonly<Record<string, Workspace>>;

export const validateResults = {
  'check-count': 'Number of checks made. No newline.',
  'gap-count': 'Number of gaps that would stop the move; the report says what to do about each. No newline.',
  'unknown-count': 'Number of checks whose answer cannot be told. No newline.',
};
