import { TaskError } from '../../../domain/core/errors.ts';
import type { Repository } from '../../../domain/images/copy/copy-job.ts';
import type { SyncPorts } from './ports.ts';

/**
 * The digest that a tag of a source means now.
 * @throws TaskError `registry-refused` when there is no such tag, SyncFailure when the registry does not answer with it
 */
export async function pinTag({ registry, path }: Repository, tag: string, ports: SyncPorts): Promise<string> {
  const head = await ports.source(registry).head(path, tag);
  if (head !== undefined) return head.digest;
  throw new TaskError('registry-refused', `reading ${registry}/${path}:${tag}: there is no such tag`, {
    remedy: 'Take the tag out of what is to be copied, or push it.',
  });
}
