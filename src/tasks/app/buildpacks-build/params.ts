import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { choice, list, optional, required, toggle } from '../../shared/param-kinds.ts';
import { caBundleWorkspace, registryAuthWorkspace, sourceWorkspace } from '../../shared/workspaces.ts';

export const buildParams = {
  image: required('Image to build, with its tag, for example registry.example.com/shop/web:1.'),
  'builder-image': required(
    'Builder image of Cloud Native Buildpacks. Its lifecycle and its buildpacks make the image.',
  ),
  'run-image': optional('Image that the new image is based on. Empty: the run image that the builder names.'),
  'app-folder': {
    type: 'string',
    default: 'app',
    description: 'Folder of the workspace with the files of the application.',
  },
  environment: {
    ...list(
      'Environment variables, NAME=value, separated by commas. In a JSON array, values may have commas. For values that ' +
        'others must not read, use the workspace build-env. Empty: none.',
    ),
    allowsCommas: true,
    isSecret: true,
  },
  'process-type': optional(
    'Type of the process that the image starts by default, for example web. Empty: as the buildpacks decide.',
  ),
  'previous-image': optional(
    'Image of the last build, whose layers are reused. It must be in the registry of the new one. Empty: the image that ' +
      'the new one replaces.',
  ),
  'cache-image': optional(
    'Image that keeps the cache of the buildpacks between builds. Empty: the workspace cache, or no cache.',
  ),
  'insecure-registry': optional(
    'Registry without TLS: host or host:port. The cache image cannot be there. Loopback and private IP addresses need no ' +
      'entry. For a registry with an authority of its own, bind the workspace ca-bundle. Empty: none.',
  ),
  'platform-api': choice(
    ['0.12', '0.13', '0.14', '0.15'],
    'Version of the platform API of Cloud Native Buildpacks: 0.12, 0.13, 0.14 or 0.15. The lifecycle of the builder must ' +
      'support it. Another version gives the image another digest.',
  ),
  'allow-account-secrets': toggle(
    false,
    'Whether the build runs although the ServiceAccount of the run has Secrets. Tekton gives them to each step, so the code ' +
      'of buildpacks can read them. OpenShift gives each account a Secret that can pull images of its namespace.',
  ),
} as const satisfies Params;

const buildEnvWorkspace = {
  flag: 'build-env-dir',
  optional: true,
  readOnly: true,
  description:
    'Folder with a file for each environment variable for the buildpacks, as the volume of a Secret or a ConfigMap is. ' +
    'The param environment replaces variables of the same name.',
} as const;

export const buildWorkspaces = {
  source: sourceWorkspace,
  'registry-auth': registryAuthWorkspace,
  'build-env': buildEnvWorkspace,
  bindings: {
    flag: 'bindings-dir',
    optional: true,
    readOnly: true,
    mountPath: '/platform/bindings',
    description:
      'Folder with a folder for each service binding (https://github.com/buildpacks/spec/blob/main/extensions/bindings.md).',
  },
  cache: { flag: 'cache-dir', optional: true, description: 'Folder that keeps the cache of the buildpacks.' },
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const buildResults = {
  IMAGE_URL: 'Name of the image, as Tekton Chains reads it.',
  IMAGE_DIGEST: 'Digest of the image, `sha256:<hex>`, as Tekton Chains reads it.',
  builder: 'Name of the builder, with the digest that its tag had before the build.',
  'sbom-folder': 'Folder of the workspace with software bills of materials; empty if the buildpacks wrote none.',
} as const;
