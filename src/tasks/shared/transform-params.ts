import type { Params } from '../../runtime/define-task.ts';
import { list, optional } from './param-kinds.ts';

/** What says which programs run as plugins. */
export const pluginParams = {
  'plugin-dir': list(
    'Folders with programs that speak the plugin protocol of crane, absolute paths separated by commas; each ' +
      'executable file in them and below is a plugin. None may lie in a workspace. Looked into before ' +
      '/opt/crane-tasks/plugins of the image, which is always. Empty: only that one.',
  ),
  'plugin-digests': list(
    'Digests of the programs that may run as plugins, `sha256:<hex>`, separated by commas. Another one in these ' +
      'folders ends the task before any has run. Empty: all may run.',
  ),
  'plugin-timeout': {
    type: 'integer',
    default: 30,
    minimum: 1,
    maximum: 3600,
    description: 'Seconds that a plugin may take for one answer.',
  },
  'skip-plugins': list('Names of plugins that do not run, separated by commas; built-in ones too. Empty: all run.'),
} as const satisfies Params;

/** What says how resources are changed. */
export const transformParams = {
  'optional-flags': optional(
    'Flags for the plugins: a JSON object whose values are strings, for example {"add-annotations":"team=shop"}. Known ' +
      'are add-annotations, remove-annotations, registry-replacement, namespace-mapping, extra-whiteouts, include-only, ' +
      'disable-whiteout-owned, strip-default-rbac, strip-default-cabundle, strip-default-pull-secrets, ' +
      'pull-secret-replacement, pvc-rename-map, suspend-jobs, src-internal-registry, and those of modernize; ' +
      'crane-transform-optionals tells what each means. Empty: no flags.',
  ),
  'registry-replacement': list(
    'Registries, namespaces, repositories or images and what takes their place in every image name: from=to, separated ' +
      'by commas, for example registry.example.com/shop=registry.example.org/shop. The longest match wins. Added to the ' +
      'flag of this name in optional-flags. A pair whose source has no registry (/shop=…) is passed over. Empty: none.',
  ),
  'namespace-mapping': list(
    'Namespaces and what they are called at the destination: source=destination, separated by commas, for example ' +
      'shop=store. Changed are the namespace of the resources, and its name in subjects of RoleBindings and ' +
      'ClusterRoleBindings, in selectors of NetworkPolicies and pod affinities, and in references to image streams. Wins ' +
      'over the flag of this name in optional-flags. Empty: names stay, and kustomize or the apply sets the namespace.',
  ),
  modernize: {
    type: 'string',
    default: '',
    choices: ['', 'ingress', 'gateway'],
    description:
      'For a destination without OpenShift: DeploymentConfigs become Deployments, Routes become an Ingress (ingress) or an ' +
      'HTTPRoute (gateway), and images are named by their registry in place of image streams. What has no counterpart is ' +
      'left out or noted, with the reason, in the report. Set up by the flags ingress-class, gateway and route-domain in ' +
      'optional-flags. Empty: kinds stay as they are.',
  },
  ...pluginParams,
  'plugin-priorities': list(
    'Names of plugins, the more important first, separated by commas: where two want different things in one place, ' +
      'the earlier one wins, and a named one wins over others. Empty: patches of the user, then the built-in ones.',
  ),
} as const satisfies Params;
