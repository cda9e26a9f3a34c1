import { parseImpersonation, type Impersonation } from '../../../domain/kubeconfig/impersonation.ts';
import type { Rate } from '../../../domain/http/request-limits.ts';
import { parseDuration } from '../../../domain/core/duration.ts';
import { knownValue, type Params, type ValuesOf, type Workspaces } from '../../../runtime/define-task.ts';
import type { ExportFlags } from '../../../usecases/export/export-flags.ts';
import { parseSecretsMode, type SecretsMode } from '../../../usecases/seal/keep-secrets.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { choice, count, list, optional, required } from '../../shared/param-kinds.ts';
import { caBundleWorkspace, kubeconfigWorkspace } from '../../shared/workspaces.ts';

/** Params of an export; those that a flags file gives too have the same names there. */
export const exportParams = {
  context: {
    ...required(
      'Name of the kubeconfig context of the source cluster. Required in a pod. An empty value means the current context of the ' +
        'kubeconfig, or the service account of the pod if there is no kubeconfig.',
    ),
    requiredInPod: true,
  },
  namespace: required('Namespace to export. Required; it must exist.'),
  'allow-forbidden': commonParams['allow-forbidden'],
  'include-resources': list(
    'Kinds to export, as plural, plural.group, *.group or *, separated by commas, for example ' +
      '"deployments.apps,services,*.example.com". A plural alone is that of any group. Empty: all kinds.',
  ),
  'exclude-resources': list(
    'Kinds that are not exported, in the same format. They are skipped items in the report. Empty: none.',
  ),
  'label-selector': optional('Label selector that objects must match, in the format of kubectl. Empty: all objects.'),
  as: optional('User to impersonate for all reads. Empty: as in the kubeconfig.'),
  'as-group': list('Groups of the impersonated user, separated by commas. Empty: as in the kubeconfig.'),
  'as-uid': optional('UID of the impersonated user. Empty: none.'),
  'as-extras': optional('Extra fields of the impersonated user, as key=v1,v2;key2=v3. Empty: none.'),
  qps: count([1, 100_000], 100, 'Average limit of requests per second to the API server.'),
  burst: count([1, 100_000], 1000, 'Number of requests that may be sent at once after a pause.'),
  'request-timeout': optional(
    'How long one request may take, as 30s, 2m or a number of seconds. A kind that takes longer is not exported. ' +
      'Empty or 0: as long as the server sends data.',
  ),
  secrets: choice(
    ['seal', 'include', 'skip'],
    'What to do with Secrets. `seal`: values are encrypted (age), and the tasks that apply decrypt them. `include`: ' +
      'they are written in clear text, readable for every reader of the folder. `skip`: they are left out, and the ' +
      'report names each.',
  ),
  'secrets-recipient': optional(
    'Recipient (age1…) to seal Secrets for. Empty: the key of the run, which is created if it does not exist. In a ' +
      'pod it is the Secret crane-tasks-sealing-key in the namespace of the run; elsewhere the file ' +
      'crane-tasks/identity below $XDG_CONFIG_HOME or ~/.config.',
  ),
  'cluster-resources': choice(
    ['', 'related'],
    'Which cluster-scoped objects are exported, into the folder _cluster. `related`: those that the objects of the ' +
      'namespace need, which are definitions of custom resources, ClusterRoles and ClusterRoleBindings of its accounts, ' +
      'StorageClasses, PriorityClasses, and SecurityContextConstraints of its accounts. Empty: none.',
  ),
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const exportWorkspaces = {
  export: {
    flag: 'export-dir',
    defaultPath: 'export',
    description: 'Folder for the export: resources/, failures/, reports/ and index.json.',
  },
  kubeconfig: kubeconfigWorkspace,
  craneconfig: {
    flag: 'craneconfig',
    optional: true,
    readOnly: true,
    mountPath: '/var/crane/config',
    description:
      'Folder with a flags file `crane.yaml`, or that file: YAML with params of this task by their names. A param with ' +
      'another value than its default wins over the file.',
  },
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const exportResults = {
  'resource-count': 'Number of objects that were written.',
  'failure-count':
    'Number of kinds and single objects that could not be read, without those that allow-forbidden accepts.',
  'index-digest': 'sha256 digest of index.json, `sha256:<hex>`; empty if there is no index.',
} as const;

export const exportDefaults: ExportFlags = Object.fromEntries(
  Object.entries(exportParams).map(([name, param]) => [
    name,
    knownValue(param, 'default' in param ? param.default : ''),
  ]),
);

export interface ExportSettings {
  readonly mode: SecretsMode;
  readonly recipient: string | undefined;
  readonly impersonate: Impersonation;
  readonly limits: { readonly rate: Rate; readonly requestTimeout: number | undefined };
}

/** What the params of an export mean to its parts. Throws TaskError `invalid-param`. */
export function readExportParams(params: ValuesOf<typeof exportParams>): ExportSettings {
  const timeout = params['request-timeout'];
  const requestTimeout = timeout === undefined ? 0 : parseDuration(timeout, 'request-timeout');
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
