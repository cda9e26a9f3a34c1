import { parseImpersonation, type Impersonation } from '../../../domain/kubeconfig/impersonation.ts';
import type { Rate } from '../../../domain/http/request-rate.ts';
import { parseDuration } from '../../../domain/core/duration.ts';
import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { parseSecretsMode, type SecretsMode } from '../../../usecases/seal/keep-secrets.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { list, optional, required } from '../../shared/param-kinds.ts';
import { caBundleWorkspace, kubeconfigWorkspace } from '../../shared/workspaces.ts';

/** Params of an export; those that a flags file gives too have the same names there. */
export const exportParams = {
  context: required(
    "Name of the kubeconfig context of the source cluster. Required; an empty value means the kubeconfig's current " +
      "context, or the pod's own service account when no kubeconfig is bound.",
  ),
  namespace: required('Namespace to export. Required; it must exist.'),
  'allow-forbidden': commonParams['allow-forbidden'],
  'label-selector': optional('Label selector that objects must match, as kubectl takes it. Empty: all objects.'),
  as: optional('User in whose name everything is read. Empty: as the kubeconfig says.'),
  'as-group': list('Comma-separated groups of that user. Empty: as the kubeconfig says.'),
  'as-uid': optional('UID of that user. Empty: none.'),
  'as-extras': optional('Extra fields of that user, as key=v1,v2;key2=v3. Empty: none.'),
  qps: {
    type: 'integer',
    default: 100,
    minimum: 1,
    maximum: 100_000,
    description: 'Requests a second that the API server gets in the long run.',
  },
  burst: {
    type: 'integer',
    default: 1000,
    minimum: 1,
    maximum: 100_000,
    description: 'Requests that it may get at once after a pause.',
  },
  'request-timeout': optional(
    'How long one request may take, as 30s, 2m or a number of seconds; a kind that takes longer is not exported. Empty ' +
      'or 0: as long as the server sends something.',
  ),
  secrets: {
    type: 'string',
    default: 'seal',
    choices: ['seal', 'include', 'skip'],
    description:
      '`seal`: Secrets are written with their values encrypted (age), for the tasks that apply to open. `include`: they are ' +
      'written in the clear, for whoever reads the folder. `skip`: they are left out, and the report names each.',
  },
  'secrets-recipient': optional(
    'Recipient (age1…) to seal Secrets for. Empty: the key of the runs, which is made when there is none: the Secret ' +
      'crane-tasks-sealing-key in the namespace of the run; outside a pod the file crane-tasks/identity below ' +
      '$XDG_CONFIG_HOME or ~/.config.',
  ),
  'cluster-resources': {
    type: 'string',
    default: '',
    choices: ['', 'related'],
    description:
      '`related`: the cluster-scoped objects that those of the namespace need are exported too, into its folder _cluster: ' +
      'definitions of custom resources, ClusterRoles and ClusterRoleBindings of its accounts, StorageClasses and ' +
      'PriorityClasses. Empty: none.',
  },
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const exportWorkspaces = {
  export: {
    flag: 'export-dir',
    defaultPath: 'export',
    description: 'Folder that gets the export: resources/, failures/, reports/ and index.json.',
  },
  kubeconfig: kubeconfigWorkspace,
  craneconfig: {
    flag: 'craneconfig',
    optional: true,
    readOnly: true,
    mountPath: '/var/crane/config',
    description:
      'The folder with a flags file `crane.yaml`, or that file: YAML with params of this task by their names. A param that ' +
      'is given with another value than its default wins over the file.',
  },
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const exportResults = {
  'resource-count': 'How many objects were written. No newline.',
  'failure-count':
    'How many kinds and single objects could not be read, those allowed by param not counted. No newline.',
  'index-digest': 'sha256 digest of index.json, `sha256:<hex>`; empty when there is none. No newline.',
} as const;

/** The value that each param has when nothing is said. */
export const exportDefaults: Readonly<Record<string, string | number>> = Object.fromEntries(
  Object.entries(exportParams).map(([name, param]) => [name, 'default' in param ? param.default : '']),
);

type GivenParams = {
  readonly [Name in 'as' | 'as-group' | 'as-uid' | 'as-extras' | 'request-timeout' | 'secrets']: string;
} & { readonly qps: number; readonly burst: number; readonly 'secrets-recipient': string };

export interface ExportSettings {
  readonly mode: SecretsMode;
  readonly recipient: string;
  readonly impersonate: Impersonation;
  readonly limits: { readonly rate: Rate; readonly requestTimeout: number | undefined };
}

/**
 * What the params of an export mean to its parts.
 * @throws TaskError `invalid-param`
 */
export function readExportParams(params: GivenParams): ExportSettings {
  const timeout = params['request-timeout'];
  const requestTimeout = timeout === '' ? 0 : parseDuration(timeout, 'request-timeout');
  const { as: user, 'as-group': groups, 'as-uid': uid, 'as-extras': extras } = params;
  return {
    mode: parseSecretsMode(params.secrets),
    recipient: params['secrets-recipient'],
    impersonate: parseImpersonation({ user, groups, uid, extras }),
    limits: {
      rate: { perSecond: params.qps, burst: params.burst },
      requestTimeout: requestTimeout === 0 ? undefined : requestTimeout,
    },
  };
}
