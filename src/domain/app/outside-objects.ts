import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { podSpecsOf, containersOf, type PodSpec } from '../kube/pod-specs.ts';
import { keyOf, type Resource } from '../kube/resource.ts';

/** An object of the namespace that objects of an application name. */
export interface NamedObject {
  readonly kind: 'ConfigMap' | 'PersistentVolumeClaim' | 'Secret' | 'ServiceAccount';
  readonly name: string;
}

/**
 * Secrets, ConfigMaps, claims and accounts that the objects of an application need, and those of them that it does not
 * have itself. References that are optional are among them.
 */
export function findOutsideObjects(objects: readonly Resource[]): readonly NamedObject[] {
  const own = new Set(objects.map((resource) => `${keyOf(resource).kind} ${resource.metadata.name}`));
  const needed = new Map<string, NamedObject>();
  for (const object of objects.flatMap(namedBy)) {
    const key = `${object.kind} ${object.name}`;
    if (!own.has(key)) needed.set(key, object);
  }
  return [...needed].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, object]) => object);
}

/** Claims of an application itself, also those that StatefulSets make: the chart has them, without their files. */
export function findOwnClaims(objects: readonly Resource[]): readonly string[] {
  return objects.flatMap((resource) => {
    if (resource.kind === 'PersistentVolumeClaim') return [resource.metadata.name];
    return arrayAt(resource, 'spec', 'volumeClaimTemplates').flatMap((claim) => {
      const name = stringAt(claim, 'metadata', 'name');
      return name === undefined ? [] : [`${name}-${resource.metadata.name}-*`];
    });
  });
}

function namedBy(resource: Resource): readonly NamedObject[] {
  const certificates = resource.kind === 'Ingress' ? arrayAt(resource, 'spec', 'tls') : [];
  return [
    ...podSpecsOf(resource).flatMap(namedByPods),
    ...secrets(certificates.map((entry) => stringAt(entry, 'secretName'))),
    ...secrets([...arrayAt(resource, 'imagePullSecrets')].map((entry) => stringAt(entry, 'name'))),
  ];
}

function namedByPods(pods: PodSpec): readonly NamedObject[] {
  const { spec } = pods;
  const account = stringAt(spec, 'serviceAccountName');
  const volumes = arrayAt(spec, 'volumes');
  const sources = [...volumes, ...volumes.flatMap((volume) => arrayAt(volume, 'projected', 'sources'))];
  const settings = containersOf(pods).flatMap(({ container }) => [
    ...arrayAt(container, 'envFrom').map((from) => ({
      secret: stringAt(from, 'secretRef', 'name'),
      map: stringAt(from, 'configMapRef', 'name'),
    })),
    ...arrayAt(container, 'env').map((entry) => ({
      secret: stringAt(entry, 'valueFrom', 'secretKeyRef', 'name'),
      map: stringAt(entry, 'valueFrom', 'configMapKeyRef', 'name'),
    })),
  ]);
  return [
    ...named('ServiceAccount', [account === 'default' ? undefined : account]),
    ...secrets(arrayAt(spec, 'imagePullSecrets').map((entry) => stringAt(entry, 'name'))),
    ...secrets(sources.map((from) => stringAt(from, 'secret', 'secretName') ?? stringAt(from, 'secret', 'name'))),
    ...secrets(volumes.flatMap(secretsOfDriver)),
    ...secrets(settings.map(({ secret }) => secret)),
    ...named('ConfigMap', [
      ...sources.map((from) => stringAt(from, 'configMap', 'name')),
      ...settings.map(({ map }) => map),
    ]),
    ...named(
      'PersistentVolumeClaim',
      volumes.map((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName')),
    ),
  ];
}

function secretsOfDriver(volume: unknown): readonly (string | undefined)[] {
  const driver = valueAt(volume, 'csi');
  return isObject(driver) ? [stringAt(driver, 'nodePublishSecretRef', 'name')] : [];
}

function secrets(names: readonly (string | undefined)[]): readonly NamedObject[] {
  return named('Secret', names);
}

function named(kind: NamedObject['kind'], names: readonly (string | undefined)[]): readonly NamedObject[] {
  return names.flatMap((name) => (name === undefined || name === '' ? [] : [{ kind, name }]));
}
