import { areaOf } from './area-of.ts';
import type { ReadNote } from './file-entry.ts';
import type { PlannedArea } from './plan.ts';

/** Counts extended attributes that an image does not get. */
export interface DroppedAttributes {
  /** A file that is read again counts once. */
  readonly add: (path: string, names: readonly string[]) => void;
  /** One for each area that lost some. */
  readonly notes: () => readonly ReadNote[];
}

export function createDroppedAttributes(areas: readonly PlannedArea[]): DroppedAttributes {
  const byPath = new Map<string, readonly string[]>();
  return {
    add: (path, names) => void byPath.set(path, names),
    notes: () =>
      areas.flatMap((area): readonly ReadNote[] => {
        const lost = [...byPath].filter(([path]) => areaOf(path, areas) === area).map(([, names]) => names);
        if (lost.length === 0) return [];
        const names = [...new Set(lost.flat())].sort().join(', ');
        const count = String(lost.flat().length);
        const detail = `${count} extended attributes of ${String(lost.length)} files are not in the image: ${names}`;
        return [{ path: area.path, reason: 'attributes-dropped', detail }];
      }),
  };
}
