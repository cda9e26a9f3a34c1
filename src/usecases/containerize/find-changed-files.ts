import type { FileEntry, ReadNote } from '../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts } from './ports.ts';

/** Files of the container's own file system that its image does not have. */
export async function findChangedFiles(
  { path, without }: PlannedArea,
  { plan, container }: PlannedImage,
  _ports: ContainerizePorts,
): Promise<{ readonly entries: readonly FileEntry[]; readonly notes: readonly ReadNote[]; readonly removed: readonly string[] }> {
  const never = plan.never.map((each) => each.path);
  const listed = await container.files.list([path], { without: [...without, ...never], changedSince: plan.startedAt });
  return { ...listed, removed: [] };
}
