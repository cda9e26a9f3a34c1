import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';

/**
 * Reports templates of claims that are filled from something that does not move, such as a VolumeSnapshot: a new claim
 * waits for it. A claim as the source of another one moves with the volumes.
 */
export function noteDataSources(resource: Resource): readonly string[] {
  const ephemeral = podSpecsOf(resource)
    .flatMap(({ spec }) => arrayAt(spec, 'volumes'))
    .map((volume) => valueAt(volume, 'ephemeral', 'volumeClaimTemplate'));
  const sources = [...arrayAt(resource, 'spec', 'volumeClaimTemplates'), ...ephemeral].flatMap((template) => {
    const kinds = ['dataSourceRef', 'dataSource'].map((field) => [
      stringAt(template, 'spec', field, 'kind'),
      stringAt(template, 'spec', field, 'name'),
    ]);
    return kinds.flatMap(([kind, name]) =>
      kind === undefined || name === undefined || kind === 'PersistentVolumeClaim' ? [] : [`${kind} ${name}`],
    );
  });
  return [...new Set(sources)].map(
    (source) => `its new claims are filled from ${source}, which does not move: they wait for it`,
  );
}
