import { changeObject, without } from './change-object.ts';
import { arrayAt, isObject, keyOf, stringAt, type JsonObject, type Metadata, type Resource } from './resource.ts';
import { withoutTriggered } from './triggered-images.ts';

const serverFields: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
];
const filtered: readonly string[] = ['annotations', 'labels', 'finalizers'];

const hostGenerated = 'openshift.io/host.generated';

// Written by controllers of Kubernetes and OpenShift after the object was stored.
const controllerAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
  'deprecated.daemonset.template.generation',
  'batch.kubernetes.io/job-tracking',
  'openshift.io/image.dockerRepositoryCheck',
  'openshift.io/internal-registry-pull-secret-ref',
  hostGenerated,
]);
const controllerAnnotationPrefixes: readonly string[] = [
  'crane-tasks.dev/',
  'deployment.kubernetes.io/',
  'pv.kubernetes.io/',
  'autoscaling.alpha.kubernetes.io/',
  'openshift.io/sa.scc.',
];
const controllerFinalizer = /(?:^|[./])(?:kubernetes\.io|k8s\.io)\/|^(?:foregroundDeletion|orphan)$/;
const generatedSecret = /-(?:dockercfg|token)-[a-z0-9]{5}$/;

/**
 * What a resource says, apart from what servers and controllers write by themselves: without status, the server's
 * metadata, `last-applied`, annotations of controllers and of these programs, bindings of claims, pull secrets that
 * OpenShift adds and images that its triggers set. Two versions with equal content are the same to their owner.
 */
export function contentOf(resource: Resource): Resource {
  const rest = without(
    { ...resource, ...contentOfKind(resource), status: undefined },
    (_key, value) => value === undefined,
  );
  return {
    ...rest,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: contentOfMetadata(resource.metadata),
  };
}

/** Whether a controller writes this annotation, so that it says nothing of what the owner wants. */
function isControllerAnnotation(key: string): boolean {
  return controllerAnnotations.has(key) || controllerAnnotationPrefixes.some((prefix) => key.startsWith(prefix));
}

function contentOfMetadata(metadata: Metadata): Metadata {
  const { annotations, labels } = metadata;
  const own = isObject(annotations) ? without(annotations, isControllerAnnotation) : {};
  const kept = arrayAt(metadata, 'finalizers').filter(
    (name) => typeof name !== 'string' || !controllerFinalizer.test(name),
  );
  return {
    ...without(metadata, (key) => serverFields.includes(key) || filtered.includes(key)),
    name: metadata.name,
    ...(Object.keys(own).length > 0 ? { annotations: own } : {}),
    ...(isObject(labels) && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(kept.length > 0 ? { finalizers: kept } : {}),
  };
}

function contentOfKind(resource: Resource): JsonObject {
  const { group, kind } = keyOf(resource);
  switch (`${kind}.${group}`) {
    case 'PersistentVolumeClaim.':
      return { spec: changeObject(resource['spec'], (spec) => without(spec, (key) => key === 'volumeName')) };
    case 'Namespace.':
      return { spec: undefined };
    case 'ServiceAccount.':
      return { secrets: ownSecrets(resource, 'secrets'), imagePullSecrets: ownSecrets(resource, 'imagePullSecrets') };
    case 'ImageStreamTag.image.openshift.io':
      return { image: undefined, generation: undefined, conditions: undefined };
    case 'Route.route.openshift.io':
      return isHostGenerated(resource) ? { spec: changeObject(resource['spec'], withoutHost) } : {};
    default:
      return withoutTriggered(resource);
  }
}

/** A host that nobody asked for is the router's. */
function isHostGenerated({ metadata }: Resource): boolean {
  return stringAt(metadata, 'annotations', hostGenerated) === 'true';
}

function withoutHost(spec: JsonObject): JsonObject {
  return without(spec, (key) => key === 'host');
}

function ownSecrets(account: Resource, list: string): readonly unknown[] | undefined {
  const own = arrayAt(account, list).filter((entry) => !generatedSecret.test(stringAt(entry, 'name') ?? ''));
  return own.length > 0 ? own : undefined;
}
