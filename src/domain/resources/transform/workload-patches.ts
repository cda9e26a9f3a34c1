import { addAt, removeAt, replaceAt, type Operation } from '../json-patch.ts';
import type { Path } from '../json-pointer.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { arrayAt, isObject, stringAt, valueAt, type Resource } from '../resource.ts';
import { kindOf, textsAt } from './kinds.ts';
import { containersOf, podSpecsOf, type PodSpec } from './pod-specs.ts';
import { removeItems, removeMembers } from './removals.ts';
import type { TransformOptions } from './transform-options.ts';

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
      return podSpecsOf(resource).slice(0, 1).flatMap(cleanPod);
    case 'Job.batch':
      return [...unpin(resource), ...cleanJob(resource), ...suspendJob(resource, options)];
    default:
      return unpin(resource);
  }
}

// Admission mounts a token under such a name; on OpenShift with a ConfigMap that other clusters do not have.
const tokenVolume = /^kube-api-access-[a-z0-9]{5}$/;

// Debugging containers are added to a running Pod; one that has any cannot be created.
function cleanPod({ path, spec }: PodSpec): readonly Operation[] {
  const isToken = (item: unknown): boolean => tokenVolume.test(stringAt(item, 'name') ?? '');
  const lasting = containersOf({ path, spec }).filter((each) => !each.path.includes('ephemeralContainers'));
  const mounts = lasting.flatMap(({ path: place, container }) =>
    removeItems([...place, 'volumeMounts'], arrayAt(container, 'volumeMounts'), isToken),
  );
  return [
    ...removeMembers(path, spec, ['nodeName', 'nodeSelector', 'priority', 'ephemeralContainers']),
    ...mounts,
    ...removeItems([...path, 'volumes'], arrayAt(spec, 'volumes'), isToken),
  ];
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

/** As crane's successor has it: what already ran at the source shall not run again unasked. */
const repeatable = 'crane.konveyor.io/job-idempotent';

function suspendJob(job: Resource, { suspendJobs }: TransformOptions): readonly Operation[] {
  const isWanted = suspendJobs && textsAt(job, 'annotations')[repeatable] !== 'true';
  return isWanted && valueAt(job, 'spec', 'suspend') !== true ? [addAt(['spec', 'suspend'], true)] : [];
}

// The destination has other nodes.
function unpin(resource: Resource): readonly Operation[] {
  return podSpecsOf(resource).flatMap(({ path, spec }) => removeMembers(path, spec, ['nodeName']));
}
