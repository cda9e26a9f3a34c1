import type { OpenedPlugins } from '../../adapters/plugins/open-plugins.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { TaskContext, ValuesOf, Params } from '../../runtime/define-task.ts';
import type { OpenPlugins } from '../../usecases/transform/plan-transform.ts';
import { choice, count, list, optional } from './param-kinds.ts';

const imageFolder = '/opt/crane-tasks/plugins';

type PluginSettings = Pick<ValuesOf<typeof pluginParams>, 'plugin-dir' | 'plugin-digests' | 'plugin-timeout'>;

/**
 * Uses the plugins that are programs, and lets them end afterwards.
 * @param workspaces paths of the task's workspaces, where no plugin may be; undefined for those that are not bound
 */
export async function withPrograms<T>(
  { settings, workspaces }: { readonly settings: PluginSettings; readonly workspaces: readonly (string | undefined)[] },
  { log, signal }: Pick<TaskContext, 'log' | 'signal'>,
  use: (openPlugins: OpenPlugins) => Promise<T>,
): Promise<T> {
  const { openPlugins } = await import('../../adapters/plugins/open-plugins.ts');
  const search = {
    folders: [...parseCommaList(settings['plugin-dir']), imageFolder],
    workspaces: workspaces.filter((path) => path !== undefined),
    digests: parseDigests(settings['plugin-digests']),
  };
  const open = await openPlugins(search, { log, signal, timeoutMilliseconds: settings['plugin-timeout'] * 1000 });
  const opened: OpenedPlugins[] = [];
  try {
    return await use((flags) => {
      const programs = open(flags);
      opened.push(programs);
      return Promise.resolve(programs.plugins);
    });
  } finally {
    for (const programs of opened) await programs.close();
  }
}

/** An invalid digest matches no program: it would look like a list that allows none. */
function parseDigests(text: string): readonly string[] {
  const digests = parseCommaList(text);
  const wrong = digests.find((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest));
  if (wrong === undefined) return digests;
  throw new TaskError('invalid-param', `reading plugin-digests: invalid digest ${JSON.stringify(wrong.slice(0, 80))}`, {
    remedy: 'Write sha256:<64 hexadecimal digits>, as sha256sum prints them, separated by commas.',
  });
}

export const pluginParams = {
  'plugin-dir': list(
    'Folders with programs that implement the plugin protocol of crane, absolute paths separated by commas. Each ' +
      'executable file in them and below is a plugin. They must not be in a workspace. Searched before ' +
      '/opt/crane-tasks/plugins, which is always searched. Empty: only that folder.',
  ),
  'plugin-digests': list(
    'Digests of the programs that may run as plugins, `sha256:<hex>`, separated by commas. Another program in these ' +
      'folders ends the task before any has run. Empty: all may run.',
  ),
  'plugin-timeout': count([1, 3600], 30, 'Seconds that a plugin may take for one response.'),
  'skip-plugins': list('Names of plugins to skip, separated by commas, built-in ones included. Empty: all run.'),
} as const satisfies Params;

export const transformParams = {
  'optional-flags': optional(
    'Flags for the plugins: a JSON object whose values are strings, for example {"add-annotations":"team=shop"}. ' +
      'Known flags: add-annotations, remove-annotations, registry-replacement, namespace-mapping, extra-whiteouts, ' +
      'include-only, disable-whiteout-owned, strip-default-rbac, strip-default-cabundle, strip-default-pull-secrets, ' +
      'pull-secret-replacement, pvc-rename-map, suspend-jobs, src-internal-registry, and those of modernize. ' +
      'crane-transform-optionals prints the help of each. Empty: no flags.',
  ),
  'registry-replacement': list(
    'Replacements in image names, as from=to, separated by commas, for example ' +
      'registry.example.com/shop=registry.example.org/shop. Both sides are a registry, a namespace, a repository or an ' +
      'image. The longest match wins. Added to the flag of this name in optional-flags. A pair whose source has no ' +
      'registry (/shop=…) is skipped. Empty: none.',
  ),
  'namespace-mapping': list(
    'Namespaces and their names at the destination: source=destination, separated by commas, for example shop=store. ' +
      'Changes the namespace of the resources and its name in references: subjects of RoleBindings and ' +
      'ClusterRoleBindings, selectors of NetworkPolicies and pod affinities, and references to image streams. Wins over ' +
      'the flag of this name in optional-flags. Empty: names are not changed; the kustomization or the apply sets the ' +
      'namespace.',
  ),
  modernize: choice(
    ['', 'ingress', 'gateway'],
    'Conversion for a destination without OpenShift. DeploymentConfigs become Deployments, Routes become an Ingress ' +
      '(ingress) or an HTTPRoute (gateway), and images are named by their registry in place of image streams. The ' +
      'report names what has no counterpart, with the reason. The flags ingress-class, gateway and route-domain in ' +
      'optional-flags configure it. Empty: no conversion.',
  ),
  ...pluginParams,
  'plugin-priorities': list(
    'Names of plugins, highest priority first, separated by commas. If two plugins change the same place, the earlier ' +
      'one wins; a named one wins over others. Empty: user patches first, then the built-in plugins.',
  ),
} as const satisfies Params;
