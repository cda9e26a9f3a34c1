import { arrayAt, isObject, ownValue, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** An environment variable of a container. */
export interface EnvironmentEntry {
  readonly workload: string;
  readonly container: string;
  /** Empty: all keys of the source. */
  readonly name: string;
  /** `value`, or where it comes from, as in `Secret db, key password`. */
  readonly source: string;
  /** Undefined when it comes from another object. May be secret. */
  readonly value: string | undefined;
}

/** The environment of all containers of a workload: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export function environmentOf(workload: Resource): readonly EnvironmentEntry[] {
  const spec = valueAt(workload, 'spec', 'template', 'spec');
  const containers = ['initContainers', 'containers'].flatMap((list) => arrayAt(spec, list));
  return containers.flatMap((container) => {
    const where = {
      workload: `${workload.kind}/${workload.metadata.name}`,
      container: stringAt(container, 'name') ?? '',
    };
    const named = arrayAt(container, 'env').map((entry) => ({
      ...where,
      name: stringAt(entry, 'name') ?? '',
      source: describeSource(valueAt(entry, 'valueFrom')) ?? 'value',
      value: valueAt(entry, 'valueFrom') === undefined ? (stringAt(entry, 'value') ?? '') : undefined,
    }));
    const whole = arrayAt(container, 'envFrom').map((entry) => ({
      ...where,
      name: '',
      source: describeSource(entry) ?? 'unknown',
      value: undefined,
    }));
    return [...named, ...whole];
  });
}

const kinds: readonly (readonly [string, string])[] = [
  ['secretKeyRef', 'Secret'],
  ['configMapKeyRef', 'ConfigMap'],
  ['secretRef', 'Secret'],
  ['configMapRef', 'ConfigMap'],
];

/** `Secret db, key password`, `ConfigMap settings` or `field status.podIP`; undefined for an unknown source. */
export function describeSource(from: unknown): string | undefined {
  if (!isObject(from)) return undefined;
  for (const [field, kind] of kinds) {
    const ref = ownValue(from, field);
    if (ref === undefined) continue;
    const key = stringAt(ref, 'key');
    return `${kind} ${stringAt(ref, 'name') ?? ''}${key === undefined ? '' : `, key ${key}`}`;
  }
  const path = stringAt(from, 'fieldRef', 'fieldPath') ?? stringAt(from, 'resourceFieldRef', 'resource');
  return path === undefined ? undefined : `field ${path}`;
}
