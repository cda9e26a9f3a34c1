import { addAt, removeAt, replaceAt, type Operation, removeItems, removeMembers } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { cloudIdentityOf, isOfIdentity } from './cloud-identities.ts';
import { repeatable } from './ended-runs.ts';
import { containersOf, podSpecsOf, type PodSpec } from '../../kube/pod-specs.ts';
import { isInjected, removeInjectionMarks } from './sidecars.ts';
import type { TransformOptions } from '../transform-options.ts';

/** Images of all containers and image volumes, with registry-replacement applied. */
export function replaceImages(resource: Resource, { registryReplacement }: TransformOptions): readonly Operation[] {
  return podSpecsOf(resource)
    .flatMap((pod) => [
      ...containersOf(pod).map(({ path, container }) => ({ path: [...path, 'image'], image: container['image'] })),
      ...arrayAt(pod.spec, 'volumes').map((volume, index) => ({
        path: [...pod.path, 'volumes', index, 'image', 'reference'],
        image: stringAt(volume, 'image', 'reference'),
      })),
    ])
    .flatMap(({ path, image }) => {
      if (typeof image !== 'string') return [];
      const replaced = replaceRegistry(image, registryReplacement);
      return replaced === image ? [] : [replaceAt(path, replaced)];
    });
}

/** Removes from workloads what the source's scheduler and controllers wrote into their specification. */
export function cleanWorkload(resource: Resource, options: TransformOptions): readonly Operation[] {
  switch (kindOf(resource)) {
    case 'Pod':
      return podSpecsOf(resource)
        .slice(0, 1)
        .flatMap((pod) => cleanPod(resource, pod));
    case 'Job.batch':
      return [...unpin(resource), ...cleanJob(resource), ...suspendJob(resource, options)];
    default:
      return unpin(resource);
  }
}

// Admission mounts a token under such a name; on OpenShift with a ConfigMap that other clusters do not have.
const tokenVolume = /^kube-api-access-[a-z0-9]{5}$/;

// Debugging containers are added to a running Pod; one that has any cannot be created.
function cleanPod(pod: Resource, { path, spec }: PodSpec): readonly Operation[] {
  const identity = cloudIdentityOf(pod);
  const volumes = arrayAt(spec, 'volumes').filter(
    (volume) => isAdded(pod, volume) || identity.volumes.has(stringAt(volume, 'name') ?? ''),
  );
  const added = new Set(volumes.map((volume) => stringAt(volume, 'name')));
  const lasting = containersOf({ path, spec }).filter(
    ({ path: place, container }) => !place.includes('ephemeralContainers') && !isSidecar(pod, place, container),
  );
  const isMountOfAdded = (mount: unknown): boolean =>
    added.has(stringAt(mount, 'name')) || tokenVolume.test(String(stringAt(mount, 'name')));
  const mounts = lasting.flatMap(({ path: place, container }) =>
    removeItems([...place, 'volumeMounts'], arrayAt(container, 'volumeMounts'), isMountOfAdded),
  );
  const variables = lasting.flatMap(({ path: place, container }) =>
    removeItems([...place, 'env'], arrayAt(container, 'env'), (variable) => isOfIdentity(variable, identity)),
  );
  const containers = (['containers', 'initContainers'] as const).flatMap((list) =>
    removeItems([...path, list], arrayAt(spec, list), (container) => isInjected(pod, list, container)),
  );
  return [
    ...removeInjectionMarks(pod),
    ...removeMembers(path, spec, ['nodeName', 'nodeSelector', 'overhead', 'priority', 'ephemeralContainers']),
    ...mounts,
    ...variables,
    ...removeItems([...path, 'volumes'], arrayAt(spec, 'volumes'), (volume) => volumes.includes(volume)),
    ...containers,
  ];
}

function isSidecar(pod: Resource, place: Path, container: JsonObject): boolean {
  return isInjected(pod, place.includes('initContainers') ? 'initContainers' : 'containers', container);
}

/** Whether admission or an injector added a volume to a Pod. */
function isAdded(pod: Resource, volume: unknown): boolean {
  const name = stringAt(volume, 'name') ?? '';
  return tokenVolume.test(name) || isTokenSecret(pod, volume) || isInjected(pod, 'volumes', volume);
}

/** Where admission mounts the token of the account. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Letters and digits of a generated ending: kubernetes/apimachinery pkg/util/rand. */
const generatedEnding = /^[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** Names that the API server generates are cut before their ending. */
const longestBase = 58;

/**
 * Before Kubernetes 1.21 admission mounted the token of the account from a Secret, as a volume of the Secret's name.
 * Source: kubernetes/kubernetes plugin/pkg/admission/serviceaccount/admission.go, release 1.20.
 */
function isTokenSecret(pod: Resource, volume: unknown): boolean {
  const name = stringAt(volume, 'name') ?? '';
  const account = stringAt(pod, 'spec', 'serviceAccountName') ?? 'default';
  const base = `${account}-token-`.slice(0, longestBase);
  return (
    stringAt(volume, 'secret', 'secretName') === name &&
    name.startsWith(base) &&
    generatedEnding.test(name.slice(base.length)) &&
    podSpecsOf(pod)
      .flatMap(containersOf)
      .flatMap(({ container }) => arrayAt(container, 'volumeMounts'))
      .some((mount) => stringAt(mount, 'name') === name && stringAt(mount, 'mountPath') === tokenPath)
  );
}

// The server makes selector and labels from the Job's uid, and refuses those of another Job.
const jobLabels = ['controller-uid', 'batch.kubernetes.io/controller-uid', 'job-name', 'batch.kubernetes.io/job-name'];

function cleanJob(job: Resource): readonly Operation[] {
  if (valueAt(job, 'spec', 'manualSelector') === true) return [];
  const places: readonly Path[] = [
    ['metadata', 'labels'],
    ['spec', 'template', 'metadata', 'labels'],
  ];
  const selector = isObject(valueAt(job, 'spec', 'selector')) ? [removeAt(['spec', 'selector'])] : [];
  return [...selector, ...places.flatMap((path) => removeMembers(path, valueAt(job, ...path), jobLabels))];
}

function suspendJob(job: Resource, { suspendJobs }: TransformOptions): readonly Operation[] {
  const isWanted = suspendJobs && textsAt(job, 'annotations')[repeatable] !== 'true';
  return isWanted && valueAt(job, 'spec', 'suspend') !== true ? [addAt(['spec', 'suspend'], true)] : [];
}

// The destination has other nodes.
function unpin(resource: Resource): readonly Operation[] {
  return podSpecsOf(resource).flatMap(({ path, spec }) => removeMembers(path, spec, ['nodeName']));
}
