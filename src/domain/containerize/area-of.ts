import type { PlannedArea } from './plan.ts';

/** The area that a path belongs to: the one with the most specific path. Undefined for a path in no area. */
export function areaOf(path: string, areas: readonly PlannedArea[]): PlannedArea | undefined {
  return areas
    .filter((area) => isBelow(path, area.path))
    .reduce<PlannedArea | undefined>(
      (best, area) => (best && best.path.length >= area.path.length ? best : area),
      undefined,
    );
}

/** Whether a path is a folder or below it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
