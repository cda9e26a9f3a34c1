import { sha256Of } from '../adapters/files/digest.ts';
import { openFolder } from '../adapters/files/local-folder.ts';
import { stagingIn } from '../adapters/files/stage-folders.ts';
import { yamlCodec } from '../adapters/yaml/yaml-codec.ts';
import { planTransform } from '../usecases/plan-transform.ts';
import { defineTask } from '../runtime/define-task.ts';
import { transformResources } from '../usecases/transform-resources.ts';
import { exportIndexDigest } from './wiring/index-digest.ts';
import { exportWorkspace } from './wiring/workspaces.ts';

export const craneTransform = defineTask({
  name: 'crane-transform',
  summary: 'write the patches that make exported resources fit for another cluster',
  description:
    'Decides for each exported resource whether it travels and what must change in it. The export stays as it is: for ' +
    'each file there is a transform-<file> with JSON patches (RFC 6902), or an empty .wh.<file> when the resource is left ' +
    'out. Built in are the rules of the plugins KubernetesPlugin, OpenShiftPlugin and ImagestreamPlugin. The same export ' +
    'and flags give the same bytes.',
  examples: [
    'crane-transform --export-dir export --transform-dir transform',
    'crane-transform --registry-replacement=registry.example.com/shop=registry.example.org/shop',
    `crane-transform --optional-flags='{"add-annotations":"team=shop"}'`,
  ],
  params: {
    'optional-flags': {
      type: 'string',
      default: '',
      description:
        'Flags for the plugins: a JSON object whose values are strings, for example {"add-annotations":"team=shop"}. Known ' +
        'are add-annotations, remove-annotations, registry-replacement, extra-whiteouts, include-only, disable-whiteout-owned, ' +
        'strip-default-rbac, strip-default-cabundle, strip-default-pull-secrets, pull-secret-replacement, pvc-rename-map and ' +
        'src-internal-registry. Empty: no flags.',
    },
    'registry-replacement': {
      type: 'string',
      default: '',
      description:
        'Registries, namespaces, repositories or images and what takes their place in every image name: from=to, separated ' +
        'by commas, for example registry.example.com/shop=registry.example.org/shop. The longest match wins. Added to the ' +
        'flag of this name in optional-flags. A pair whose source has no registry (/shop=…) is passed over. Empty: none.',
    },
    modernize: {
      type: 'string',
      default: '',
      description:
        'For a destination without OpenShift: DeploymentConfigs become Deployments, Routes become an Ingress (ingress) or an ' +
        'HTTPRoute (gateway), and images are named by their registry in place of image streams. What has no counterpart is ' +
        'left out or noted, with the reason, in the report. Set up by the flags ingress-class, gateway and route-domain in ' +
        'optional-flags. Empty: kinds stay as they are.',
    },
    'index-digest': exportIndexDigest,
  },
  workspaces: {
    export: exportWorkspace,
    transform: {
      flag: 'transform-dir',
      defaultPath: 'transform',
      mountPath: '/var/crane/transform',
      description: 'The folder that gets patch files and whiteout markers.',
    },
    'ignored-patches': {
      flag: 'ignored-patches-dir',
      optional: true,
      mountPath: '/var/crane/ignored-patches',
      description:
        'The folder that gets patches which lost to those of another plugin. Not bound: they are only reported.',
    },
    craneconfig: {
      flag: 'craneconfig',
      optional: true,
      readOnly: true,
      mountPath: '/var/crane/config',
      description:
        'The folder with a flags file `crane.yaml`, or that file. Of its flags optional-flags, skip-plugins and ' +
        'plugin-priorities are read; the params win.',
    },
  },
  results: {
    'resource-count': 'Number of exported resources that were looked at. No newline.',
    'patched-count': 'Number of resources that travel changed. No newline.',
    'whiteout-count': 'Number of resources that are left out. No newline.',
    'ignored-count': 'Number of patches that lost to those of another plugin. No newline.',
    'transform-digest': 'Digest of the index over patches and markers, `sha256:<hex>`, for crane-apply. No newline.',
  },
  reportIn: 'transform',
  run: async ({ params, workspaces }, { log, signal }) => {
    const folderOf = (path: string) => (path === '' ? undefined : openFolder(path));
    const { modernize, 'optional-flags': optionalFlags, 'registry-replacement': registryReplacement } = params;
    const plugins = await planTransform(
      { optionalFlags, registryReplacement, modernize, craneConfig: folderOf(workspaces.craneconfig) },
      { yaml: yamlCodec, log },
    );
    const input = {
      exportFolder: openFolder(workspaces.export),
      transformFolder: openFolder(workspaces.transform),
      ignoredFolder: folderOf(workspaces['ignored-patches']),
      plugins,
      indexDigest: params['index-digest'],
    };
    return transformResources(input, {
      yaml: yamlCodec,
      sha256: sha256Of,
      stage: stagingIn(workspaces.transform, 'reports'),
      log,
      signal,
    });
  },
});
