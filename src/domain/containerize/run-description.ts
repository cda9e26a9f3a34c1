import type { RunDescription } from '../exports/export-entry.ts';
import type { ApplicationProfile } from '../schemas/documents.ts';
import { isWithin } from './paths.ts';
import { conventionalHomes } from './known-folders.ts';
import type { ContainerizePlan, PlannedArea } from './plan.ts';

/** What who runs the image needs to know. */
export function runDescription(plan: ContainerizePlan, profile: ApplicationProfile): RunDescription {
  const { start, areas, dropped } = plan;
  const left = areas.filter((area) => isWorkspaceLeftOut(area, areas));
  return {
    ports: start.ports,
    supply: dropped.filter(({ supply }) => supply).map(({ name, source }) => ({ name, source })),
    volumes: left.map(({ path, reason }) => ({ path, reason })),
    notes: profile.login === undefined ? [] : [profile.login],
    user: start.user ?? '',
    workingFolder: start.workingFolder ?? '',
  };
}

/** A volume must not hide files of the image, and data in HOME is lost. */
function isWorkspaceLeftOut(area: PlannedArea, areas: readonly PlannedArea[]): boolean {
  const { kind, included, source, path } = area;
  const isHome = conventionalHomes.some((home) => isWithin(path, home));
  const hides = areas.some((other) => other.included && other.path !== '/' && isWithin(other.path, path));
  return kind === 'workspace' && !included && source.from === 'claim' && !isHome && !hides;
}
