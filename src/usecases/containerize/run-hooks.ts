import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ProfileHook, ProfileHooks } from '../../domain/schemas/documents.ts';
import type { ContainerizePorts, PodPlace } from './ports.ts';

type HookPorts = Pick<ContainerizePorts, 'runHook' | 'allowTimeToStop' | 'log'>;

interface Hooks<T> {
  readonly hooks: ProfileHooks | undefined;
  /** The container of the application. */
  readonly place: PodPlace;
  /** Gets an item for each hook that succeeded. */
  readonly items: Item<'containerize'>[];
  /** Frees the result of the work when the after-hook fails. */
  readonly discard?: (result: T) => Promise<void>;
}

/** Kubernetes ends a pod 30 s after the signal. */
const mostTimeToStop = 25_000;

/**
 * Runs the hooks of a profile around work. The after-hook runs in any case: after work or a before-hook that failed, and
 * after a signal.
 * @throws TaskError `program-broke` or `timeout` for a hook; what the work throws
 */
export async function withHooks<T>(
  { hooks, place, items, discard }: Hooks<T>,
  work: () => Promise<T>,
  ports: HookPorts,
): Promise<T> {
  const { before, after } = hooks ?? {};
  ports.allowTimeToStop(after === undefined ? 0 : Math.min(mostTimeToStop, after.timeoutSeconds * 1000 + 2000));
  try {
    let result: T;
    try {
      if (before !== undefined) items.push(await runHook('before', before, { place, ports }));
      result = await work();
    } catch (error) {
      if (after !== undefined)
        await runHook('after', after, { place, ports }).catch((later: unknown) => ports.log.warn(messageOf(later)));
      throw error;
    }
    try {
      if (after !== undefined) items.push(await runHook('after', after, { place, ports }));
    } catch (error) {
      await discard?.(result);
      throw error;
    }
    return result;
  } finally {
    ports.allowTimeToStop(0);
  }
}

async function runHook(
  when: 'before' | 'after',
  hook: ProfileHook,
  { place, ports }: { readonly place: PodPlace; readonly ports: HookPorts },
): Promise<Item<'containerize'>> {
  const where = `container ${place.container} of Pod ${place.namespace}/${place.pod}`;
  ports.log.info(`running the ${when}-hook of the profile in ${where}`);
  const { exitCode, output } = await ports.runHook(place, hook, when === 'after');
  const said = ports.log.redactor.redact(output.trim());
  if (exitCode === 0)
    return { id: `hook ${when}`, outcome: 'done', reason: 'hook-ran', ...(said === '' ? {} : { message: said }) };
  const end = said === '' ? 'it printed nothing' : said;
  throw new TaskError(
    'program-broke',
    `running the ${when}-hook of the profile in ${where}: exit code ${String(exitCode)}: ${end}`,
    {
      remedy:
        when === 'before'
          ? 'Fix the command in the profile, then run again.'
          : 'Check whether the application works as usual, fix the command in the profile, then run again.',
    },
  );
}
