import { followCommand } from '../../../adapters/container-files/run-to-end.ts';
import type { ClusterStreams } from '../../../adapters/kube/cluster-streams.ts';
import { createBoundedText } from '../../../domain/containerize/running-command.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { ProfileHook } from '../../../domain/schemas/documents.ts';
import type { PodPlace } from '../../../usecases/containerize/ports.ts';

/** Characters of the output of a hook: the first and the last ones. */
const mostOutput = { head: 1000, tail: 1000 };

/**
 * Runs a command of a profile in the container of the application, within its time limit.
 * @throws TaskError `timeout`; `program-missing`, `forbidden`, `unreachable`
 */
export async function runHook(
  streams: ClusterStreams,
  place: PodPlace,
  { command, timeoutSeconds }: ProfileHook,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const output = createBoundedText(mostOutput.head, mostOutput.tail);
  const decoder = new TextDecoder();
  const running = await streams.exec(place, command);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    running.stop();
  }, timeoutSeconds * 1000);
  try {
    const { exitCode, stderr } = await followCommand(Promise.resolve(running), (bytes) =>
      output.add(decoder.decode(bytes, { stream: true })),
    );
    output.add(stderr);
    return { exitCode, output: output.text() };
  } catch (error) {
    if (!late.signal.aborted) throw error;
    const where = `container ${place.container} of Pod ${place.namespace}/${place.pod}`;
    const doing = `running a hook of the profile in ${where}: it took longer than ${String(timeoutSeconds)} s`;
    throw new TaskError('timeout', doing, {
      remedy:
        'The command may still run in the container. Correct it or raise timeoutSeconds in the profile, then run again.',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
