import type { RunDescription } from '../exports/export-entry.ts';
import type { ApplicationProfile } from '../schemas/documents.ts';
import type { ContainerizePlan } from './plan.ts';

/** What who runs the image needs to know. */
export function runDescription(plan: ContainerizePlan, profile: ApplicationProfile): RunDescription {
  const { start, areas, dropped } = plan;
  const left = areas.filter(({ included, source }) => !included && source.from === 'claim');
  return {
    ports: start.ports,
    supply: dropped.filter(({ supply }) => supply).map(({ name, source }) => ({ name, source })),
    volumes: left.map(({ path, reason }) => ({ path, reason })),
    notes: profile.login === undefined ? [] : [profile.login],
    user: start.user ?? '',
    workingFolder: start.workingFolder ?? '',
  };
}
