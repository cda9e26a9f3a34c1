import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { addAt, removeAt, type Operation } from '../../kube/json-patch.ts';
import type { Resource } from '../../kube/resource.ts';

/** Scalers whose metadata changed with KEDA 2: https://keda.sh/docs/latest/migration/#scalers. */
const changedScalers = /^(?:azure-|external|gcp-|huawei-|kafka|rabbitmq)/;
const target = ['spec', 'scaleTargetRef'];

/** To keda.sh: other names in the target. Undefined for Jobs, which are ScaledJobs there, and for scalers that changed. */
export function convertScaledObject(scaled: Resource): readonly Operation[] | undefined {
  const types = arrayAt(scaled, 'spec', 'triggers').map((trigger) => stringAt(trigger, 'type') ?? '');
  const isOfJob =
    stringAt(scaled, 'spec', 'scaleType') === 'job' || valueAt(scaled, 'spec', 'jobTargetRef') !== undefined;
  if (isOfJob || types.some((type) => changedScalers.test(type))) return undefined;
  const names = [
    ['deploymentName', 'name'],
    ['containerName', 'envSourceContainerName'],
  ] as const;
  const renamed = names.flatMap(([from, to]) => {
    const value = valueAt(scaled, ...target, from);
    return value === undefined ? [] : [removeAt([...target, from]), addAt([...target, to], value)];
  });
  const type = valueAt(scaled, 'spec', 'scaleType') === undefined ? [] : [removeAt(['spec', 'scaleType'])];
  return [...renamed, ...type];
}

/** To kustomize.toolkit.fluxcd.io/v1, which has no field of these; undefined when the object uses one. */
export function convertKustomization(kustomization: Resource): readonly Operation[] | undefined {
  const dropped = ['patchesJson6902', 'patchesStrategicMerge', 'validation'];
  return dropped.some((field) => valueAt(kustomization, 'spec', field) !== undefined) ? undefined : [];
}
