import { areaOf } from './area-of.ts';
import { isWithin } from './paths.ts';
import type { ContainerizePlan, OutsidePackages } from './plan.ts';

/** A folder that a program says it loads packages from. */
export interface LoadPath {
  readonly path: string;
  /** For people, such as `R .libPaths()`. */
  readonly loader: string;
}

/** Folders with packages that no area of the image has, so that they are missing when it runs. Sizes are not known yet. */
export function packagesOutside(
  paths: readonly LoadPath[],
  { areas, never }: Pick<ContainerizePlan, 'areas' | 'never'>,
): readonly OutsidePackages[] {
  const byPath = Map.groupBy(paths, ({ path }) => path);
  return [...byPath].flatMap(([path, found]): readonly OutsidePackages[] => {
    const reason = whyOutside(path, { areas, never });
    const loader = [...new Set(found.map((each) => each.loader))].join(', ');
    return reason === undefined ? [] : [{ path, loader, bytes: undefined, reason }];
  });
}

/** The most specific path decides. */
function whyOutside(path: string, { areas, never }: Pick<ContainerizePlan, 'areas' | 'never'>): string | undefined {
  const area = areaOf(path, areas);
  const refusal = never
    .filter((each) => isWithin(path, each.path))
    .reduce<(typeof never)[number] | undefined>(
      (best, each) => (best === undefined || each.path.length > best.path.length ? each : best),
      undefined,
    );
  if (refusal !== undefined && refusal.path.length > (area?.path.length ?? 0)) return refusal.reason;
  return area === undefined || area.included ? undefined : area.reason;
}
