import { hasClusterTasks, listGroups } from '../../../usecases/planning/forerunner-groups.ts';
import type { MigrationSummary } from '../../api/migrations.ts';
import type { Session } from '../sessions/session.ts';
import { summarizeGroup } from '../views/group-view.ts';

/** The groups of the forerunner as the list of migrations shows them. */
export async function summarizeGroups({ cluster }: Session, namespace: string): Promise<readonly MigrationSummary[]> {
  const groups = await listGroups(cluster, namespace);
  if (groups.length === 0) return [];
  const canRun = await hasClusterTasks(cluster);
  return groups.map((group) => summarizeGroup(group, canRun));
}
