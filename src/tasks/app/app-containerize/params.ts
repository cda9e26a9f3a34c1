import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { releasedImages } from '../../../runtime/version.ts';
import { choice, count, list, optional, required, seconds, toggle } from '../../shared/param-kinds.ts';
import { confirmPublicParam } from '../../shared/exports.ts';
import { sideParams } from '../../shared/params.ts';
import { readAddressParams } from '../../shared/registry-addresses.ts';
import { placeParams } from '../../shared/releases.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';

export const appContainerizeParams = {
  workload: {
    type: 'string',
    isWord: true,
    description:
      'Workload to export, as kind/name or name: a Deployment, StatefulSet, DeploymentConfig or Pod. It must run.',
  },
  ...placeParams,
  namespace: optional('Namespace of the workload. Empty: that of the context.'),
  container: optional('Container to export. Empty: the only one that is not an add-on.'),
  profile: optional(
    'ConfigMap of the namespace with the application profile, key profile.yaml. Empty: the one that an annotation of the ' +
      'workload names, else the profile is detected.',
  ),
  'destination-registry': required('Registry that gets the image, host or host:port.'),
  'destination-path': required('Repository of the image below the host, for example team/exports.'),
  'export-name': optional(
    'Last part of the tag. The first part is generated, so that two exports never have the same tag. Empty: the name of ' +
      'the workload.',
  ),
  'include-workspace': toggle(true, 'Whether the workspace files become part of the image.'),
  'include-paths': list(
    'Paths below the home folder that become part of the image, separated by commas, for example a package folder that ' +
      'the plan names. The rest of the home folder is never part of it.',
  ),
  'exclude-paths': list(
    'Paths that do not become part of the image, separated by commas, for example package folders that were detected.',
  ),
  'deny-variables': list(
    'Patterns of environment variables that do not become part of the image, separated by commas, for example LICENSE_*.',
  ),
  'allow-variables': list(
    'Names of environment variables that become part of the image although their name looks like that of a secret, ' +
      'separated by commas.',
  ),
  'allow-findings': optional(
    'Findings of the secret scan that do not block the push, as YAML or JSON: a list of entries with rule, path and ' +
      'reason. They are in the report.',
  ),
  ...confirmPublicParam,
  'allow-incomplete': toggle(
    false,
    'Whether the image is pushed although files cannot be read or changed each time they were read. The report lists them.',
  ),
  'group-rights': toggle(true, 'Whether group 0 gets the rights of the owner, so that any user id can run the image.'),
  'file-times': choice(
    ['fixed', 'kept'],
    'Modification times of files in the image: `fixed` gives the same layers for the same content, `kept` keeps those ' +
      'of the files.',
  ),
  'others-rights': toggle(
    false,
    'Whether all users may read the files of libraries and of the start command in the image, as some clusters need it.',
  ),
  snapshots: choice(
    ['none', 'if-possible', 'required'],
    'Whether claims are read from snapshots, which are removed at the end: `none`, `if-possible`, or `required`, which ' +
      'ends the run if no snapshot can be taken. The files are as after a power cut.',
  ),
  'snapshot-class': optional(
    'VolumeSnapshotClass of the snapshots. Empty: the default of the driver, or its only one.',
  ),
  'read-claims': choice(
    ['auto', 'container', 'pod'],
    'How claims are read that are not bound as workspaces: `container` by the programs in the container, `pod` by a pod ' +
      'that mounts them read-only, `auto` by a pod if the container lacks the programs.',
  ),
  'debug-container': toggle(
    false,
    'Whether a debug container may be added to the pod if its container lacks programs to read files. Kubernetes cannot ' +
      'remove it: it ends after the run and is listed until the pod is deleted.',
  ),
  'reader-image': {
    type: 'string',
    default: releasedImages.tasks,
    description: 'Image of the pod or debug container that reads files. It is the image of the tasks.',
  },
  'image-pull-secrets': list(
    'Secrets of the namespace with which the nodes pull reader-image, separated by commas. Empty: those of the service ' +
      'account default.',
  ),
  'start-timeout': seconds(
    { fallback: 300, minimum: 5 },
    'Seconds that a snapshot, and a pod or debug container that reads files, may take to be ready.',
  ),
  retries: count([0, 10], 3, 'How often files are read again that changed while they were read.'),
  'dry-run': toggle(false, 'Whether the plan is only shown: nothing is read and pushed.'),
  ...readAddressParams,
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
} as const satisfies Params;

export const appContainerizeWorkspaces = {
  output: {
    flag: 'output-dir',
    defaultPath: 'containerize',
    description:
      'Folder for the reports, reports/app-containerize.json, reports/image.json and reports/image.html, and for layers ' +
      'until they are pushed.',
  },
  library: {
    flag: 'library-dir',
    optional: true,
    readOnly: true,
    description:
      'The claim of the library area, to read it without the pod. Without it: files are read through the pod.',
  },
  files: {
    flag: 'files-dir',
    optional: true,
    readOnly: true,
    description:
      'The claim of the workspace files, to read it without the pod. Without it: files are read through the pod.',
  },
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const appContainerizeResults = {
  image: 'The image with its tag and its digest.',
  digest: 'Digest of the image.',
  export: 'Id of the export, for the commands below `exports`.',
  IMAGES: 'The image by digest, as Tekton Chains reads it.',
} as const;
