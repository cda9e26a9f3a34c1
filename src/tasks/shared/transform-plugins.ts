import type { OpenedPlugins } from '../../adapters/plugins/open-plugins.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import type { OpenPlugins } from '../../usecases/transform/plan-transform.ts';
import type { pluginParams } from './transform-params.ts';

/** Where the image keeps plugins. */
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
