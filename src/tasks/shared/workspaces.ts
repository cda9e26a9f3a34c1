import type { Workspace } from '../../runtime/define-task.ts';

export const kubeconfigWorkspace = {
  flag: 'kubeconfig',
  optional: true,
  readOnly: true,
  description:
    'Folder that holds the file `kubeconfig`, or that file. Without it: the service account of the pod, elsewhere ' +
    '$KUBECONFIG or ~/.kube/config.',
} as const satisfies Workspace;

export const exportWorkspace = {
  flag: 'export-dir',
  defaultPath: 'export',
  mountPath: '/var/crane/export',
  readOnly: true,
  description: 'The folder where crane-export stored the resources.',
} as const satisfies Workspace;

export const mappingWorkspace = {
  flag: 'mapping-dir',
  optional: true,
  readOnly: true,
  description: 'Folder with the file that mapping-file names. Without it: that file is in the workspace skopeo.',
} as const satisfies Workspace;

export const caBundleWorkspace = {
  flag: 'ca-bundle',
  optional: true,
  readOnly: true,
  description:
    'Folder with PEM files (*.crt, *.pem), or such a file: additional authorities to trust, for registries and API ' +
    'servers. Those of the system and of the kubeconfig are trusted too.',
} as const satisfies Workspace;

export const registryAuthWorkspace = {
  flag: 'registry-auth',
  optional: true,
  readOnly: true,
  description:
    'Folder with a Docker `config.json` or a Secret of type kubernetes.io/dockerconfigjson, or the file itself: ' +
    'logins for registries. For a registry that a context can log in to as well, this login is used.',
} as const satisfies Workspace;

export const chartAuthWorkspace = {
  flag: 'chart-auth',
  optional: true,
  readOnly: true,
  description:
    'Folder with the login for a chart repository that is reached with https, as a Secret of type kubernetes.io/basic-auth ' +
    'has it: `username` and `password`, or `token`. The optional `url` names the repository; a repository that an AppChart ' +
    'names needs it. No other host gets the login.',
} as const satisfies Workspace;

export const sourceWorkspace = {
  flag: 'source-dir',
  defaultPath: '.',
  description: 'The folder with the archive of the source, its files, and for the report.',
} as const satisfies Workspace;

export const s3ConnectionWorkspace = {
  flag: 's3-connection',
  readOnly: true,
  defaultPath: 's3-connection',
  description:
    'Folder with the keys of the Secret epinio-s3-connection-details: endpoint, bucket, useSSL, credentials and config, ' +
    'the last two in the format of the AWS command line. Without credentials: those of the pod.',
} as const satisfies Workspace;

export const gitCredentialsWorkspace = {
  flag: 'git-credentials',
  optional: true,
  readOnly: true,
  description:
    'Folder with username and password, or ssh-privatekey and known_hosts, or .git-credentials. ca.crt adds ' +
    'authorities. Without it: what Tekton writes into the home folder for the service account.',
} as const satisfies Workspace;

/** Of crane-transform, and of what runs it. */
export const craneConfigWorkspace = {
  flag: 'craneconfig',
  optional: true,
  readOnly: true,
  description:
    'Folder with a flags file `crane.yaml`, or that file. Its flags optional-flags, skip-plugins and ' +
    'plugin-priorities are read. The params win.',
} as const satisfies Workspace;

export const patchesWorkspace = {
  flag: 'patches-dir',
  optional: true,
  readOnly: true,
  description:
    'The folder with user patches (*.yaml): JSON patches (RFC 6902) for resources by group, version, kind, name, ' +
    'namespace or labels. They win over those of plugins. Without it: none.',
} as const satisfies Workspace;
