import { TaskError } from '../../domain/core/errors.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import { withLease } from '../cluster/hold-lease.ts';
import type { ReleasePorts } from './release-ports.ts';

/**
 * Does something with a release while no other run does, and stops it when another run took over.
 * @throws TaskError `timeout` naming the other run, what `use` throws
 */
export function withRelease<T>(
  { namespace, name, patience }: ReleaseId & { readonly patience: number },
  ports: ReleasePorts,
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const request = { namespace, name: `crane-tasks-${name}`, owner: ports.owner, patience };
  return withLease(request, ports, async (lost) => {
    try {
      return await use(lost);
    } catch (error) {
      if (!lost.aborted) throw error;
      throw new TaskError('interrupted', `working on release ${namespace}/${name}: another run took over`, {
        remedy: 'Wait for the other run, then look at the state of the release.',
        cause: error,
      });
    }
  });
}
