import { TaskError } from '../core/errors.ts';
import type { ContainerizePlan, PlannedArea, Reading } from './plan.ts';

/** What decides by which programs files are read. */
export interface ReadingFacts {
  /** Why the programs of the container cannot read files; empty when they can. */
  readonly missing: string;
  /** Whether the claim of an area is mounted where this program runs. */
  readonly isMountedHere: (area: PlannedArea) => boolean;
  /** `auto`: by a pod only where the container cannot do it. */
  readonly claims: 'auto' | 'container' | 'pod';
  readonly hasSnapshots: boolean;
  readonly mayAddContainer: boolean;
}

type Parts = Pick<ContainerizePlan, 'areas' | 'warnings' | 'reading'>;

/**
 * Decides how the files of each area are read. The order is: claim that is mounted here, snapshot or pod with the claim,
 * debug container, programs of the container.
 * @throws TaskError `program-missing` when an area that the image must have cannot be read
 */
export function planReading(plan: Pick<ContainerizePlan, 'areas' | 'warnings'>, facts: ReadingFacts): Parts {
  const { missing } = facts;
  const own = missing === '' ? 'exec' : facts.mayAddContainer ? 'debug-container' : 'none';
  const reading: Reading = { claims: claimsBy(facts, own), own };
  const warnings = [...plan.warnings, ...warningsOf(plan.areas, reading, missing)];
  if (own !== 'none') return { areas: plan.areas, warnings, reading };
  const reason = `cannot be read: ${missing}`;
  const isReadable = (area: PlannedArea): boolean =>
    facts.isMountedHere(area) || (area.source.from === 'claim' && reading.claims !== 'container');
  const lost = plan.areas.filter((area) => area.included && area.kind !== 'changed' && !isReadable(area));
  if (lost.length > 0) throw unreadable(lost, missing);
  const areas = plan.areas.map((area) =>
    area.included && !isReadable(area) ? { ...area, included: false, reason } : area,
  );
  return { areas, warnings, reading };
}

function claimsBy({ claims, hasSnapshots }: ReadingFacts, own: Reading['own']): Reading['claims'] {
  if (hasSnapshots) return 'snapshot';
  if (claims === 'pod') return 'pod';
  return claims === 'auto' && own !== 'exec' ? 'pod' : 'container';
}

function warningsOf(areas: readonly PlannedArea[], { claims, own }: Reading, missing: string): readonly string[] {
  const changed = areas.find((area) => area.included && area.kind === 'changed');
  return [
    ...(claims === 'snapshot'
      ? [
          'Claims are read from snapshots: their files are as after a power cut, unless the hooks of the profile let the application write all of its state before.',
        ]
      : []),
    ...(own === 'debug-container'
      ? [
          'A debug container is added to the pod. Kubernetes cannot remove it: it ends after the run and is listed until the pod is deleted.',
        ]
      : []),
    ...(own === 'none' && changed !== undefined
      ? [
          `Files that the container changed in its own file system are missing: ${missing}. A debug container can read them: set debug-container to true.`,
        ]
      : []),
  ];
}

function unreadable(areas: readonly PlannedArea[], missing: string): TaskError {
  const paths = areas.map(({ path }) => path).join(', ');
  return new TaskError('program-missing', `planning how to read ${paths}: ${missing}`, {
    remedy:
      'Set read-claims to auto for claims and debug-container to true for other files, or leave the paths out with exclude-paths.',
  });
}
