import { isWithin } from './paths.ts';
import type { PlannedArea } from './plan.ts';

/** The area that a path belongs to: the one with the most specific path. Undefined for a path in no area. */
export function areaOf(path: string, areas: readonly PlannedArea[]): PlannedArea | undefined {
  return areas
    .filter((area) => isWithin(path, area.path))
    .reduce<PlannedArea | undefined>(
      (best, area) => (best && best.path.length >= area.path.length ? best : area),
      undefined,
    );
}
