import { addAt, removeAt, type Operation } from '../kube/json-patch.ts';
import type { Resource } from '../kube/resource.ts';
import { recordedOn, replicasAnnotation, suspendedAnnotation } from './quiesce.ts';

/**
 * Patches that give an object which was exported at rest the scale that it had before, and take the record of it away:
 * a source that was quiesced before its export must not arrive with zero replicas.
 */
export function restoreTravellingScale(resource: Resource): readonly Operation[] {
  const former = recordedOn(resource);
  if (former === undefined || former === 'unreadable') return [];
  const present = resource.metadata['annotations'];
  const annotations = [replicasAnnotation, suspendedAnnotation].filter(
    (key) => typeof present === 'object' && present !== null && Object.hasOwn(present, key),
  );
  const scale =
    'replicas' in former ? addAt(['spec', 'replicas'], former.replicas) : addAt(['spec', 'suspend'], former.suspended);
  return [scale, ...annotations.map((key) => removeAt(['metadata', 'annotations', key]))];
}
