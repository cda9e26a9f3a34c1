import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { isObject, type Path } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

/** References to a workload are at most this deep. */
const deepest = 8;

/**
 * References to a DeploymentConfig anywhere in a specification, such as the target of a HorizontalPodAutoscaler, a
 * VerticalPodAutoscaler or a ScaledObject: to the Deployment that it becomes.
 */
export function moveReferences(resource: Resource): readonly Operation[] {
  return search(resource['spec'], ['spec']);
}

// Before Kubernetes had API groups the kind was written with version v1 alone.
const versions = [undefined, 'v1', 'apps.openshift.io/v1'];

function search(value: unknown, path: Path): readonly Operation[] {
  if (path.length > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => search(item, [...path, index]));
  if (!isObject(value)) return [];
  const { kind, name, apiVersion } = value;
  const isReference = kind === 'DeploymentConfig' && typeof name === 'string';
  if (isReference && versions.some((version) => version === apiVersion)) {
    const version = apiVersion === undefined ? [] : [replaceAt([...path, 'apiVersion'], 'apps/v1')];
    return [...version, replaceAt([...path, 'kind'], 'Deployment')];
  }
  return Object.entries(value).flatMap(([key, member]) => search(member, [...path, key]));
}
