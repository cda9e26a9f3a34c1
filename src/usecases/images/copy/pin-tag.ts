import { TaskError } from '../../../domain/core/errors.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import type { SyncPorts } from './ports.ts';

/**
 * The digest that a tag of a source means now.
 * @throws TaskError `registry-refused` when there is no such tag, SyncFailure when the registry does not answer with it
 */
export async function pinTag(source: ImageLocation, tag: string, ports: SyncPorts): Promise<string> {
  const head = await ports.source(source.host).head(source.path, tag);
  if (head !== undefined) return head.digest;
  throw new TaskError('registry-refused', `reading ${formatImageName({ ...source, tag })}: there is no such tag`, {
    remedy: 'Take the tag out of what is to be copied, or push it.',
  });
}
