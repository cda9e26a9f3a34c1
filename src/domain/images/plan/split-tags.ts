import { formatImageName } from '../../oci/image-location.ts';
import type { PlanRequest } from './plan-request.ts';
import type { SyncPlan } from './sync-plan.ts';

/**
 * A sentence for each planned tag of which running Pods show several digests. Of a registry without streams the tag is
 * pinned when it is copied; of the cluster's own registry the youngest Pod counts.
 */
export function describeSplitTags(
  { images }: SyncPlan,
  { split, others }: Pick<PlanRequest, 'split' | 'others'>,
): readonly string[] {
  const own = images
    .filter(({ reason }) => reason === 'running-image')
    .flatMap(({ source: { path }, tags, digest }) =>
      tags.flatMap((tag) => {
        const name = formatImageName({ path, tag });
        const digests = split.get(name);
        return digests === undefined ? [] : [`${describe(name, digests)}; ${digest} of the youngest pod is copied`];
      }),
    );
  const other = others.flatMap((registry) =>
    [...registry.split].map(
      ([tag, digests]) =>
        `${describe(`${registry.inside}/${tag}`, digests)}; what the tag means when it is copied is copied`,
    ),
  );
  return [...own, ...other].sort();
}

function describe(name: string, digests: readonly string[]): string {
  return `${name}: running pods have several digests, ${digests.join(' and ')}`;
}
