import { parseImageReference } from '../../oci/image-reference.ts';
import type { TagOrigin } from '../../images/image-stream.ts';
import { isOnHost } from '../../images/registry-hosts.ts';
import { addAt, removeAt, replaceAt } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { stringAt, valueAt } from '../../core/json-object.ts';
import { type Resource, textsAt } from '../../kube/resource.ts';
import { containersOf, podSpecsOf, type Container, type PodSpec } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';
import { joinChanges, noChange, type Change } from './change.ts';
import { readImageTriggers, triggersAnnotation, type ImageTrigger } from './image-triggers.ts';
import { describeOrigin, resolveOrigin } from './stream-images.ts';
import type { ExportFacts } from './export-facts.ts';

const lookupAnnotation = 'alpha.image.policy.openshift.io/resolve-names';

interface Place {
  readonly resource: Resource;
  readonly triggers: readonly ImageTrigger[];
  readonly facts: ExportFacts;
  readonly options: TransformOptions;
}

/**
 * Names every container's image by its registry: what a trigger or a stream's local lookup stood for. An image that a
 * controller has written already is kept, since it runs.
 */
export function modernizeImages(resource: Resource, facts: ExportFacts, options: TransformOptions): Change {
  const place = { resource, facts: facts, options, triggers: readImageTriggers(resource) };
  const containers = podSpecsOf(resource).flatMap((pod) =>
    containersOf(pod).map((container) => changeContainer(container, pod, place)),
  );
  return joinChanges(...containers, forgetTriggers(resource, place.triggers));
}

function changeContainer({ path, container }: Container, pod: PodSpec, place: Place): Change {
  const { options, triggers, facts: facts } = place;
  const image = stringAt(container, 'image') ?? '';
  const name = stringAt(container, 'name') ?? '';
  const trigger = triggers.find((each) => each.updates(container, path));
  const origin = isComplete(image) ? undefined : (trigger?.from ?? lookUpName(image, pod, place));
  const resolved =
    origin === undefined ? image.trim() : (resolveOrigin(origin, facts.streams) ?? trigger?.lastImage ?? '');
  if (resolved === '') {
    const what = origin === undefined ? 'no image is named' : `${describeOrigin(origin)} has no image in the export`;
    return { patches: [], notes: [`container ${name}: ${what}`] };
  }
  const final = replaceRegistry(resolved, options.registryReplacement);
  const isLeft = [options.internalHosts, facts.registryHosts].some((hosts) => isOnHost(final, hosts));
  const notes = isLeft
    ? [`container ${name}: image ${final} is in the source's own registry and no registry-replacement covers it`]
    : [];
  if (origin === undefined || final === image) return { patches: [], notes };
  const at = [...path, 'image'];
  return { patches: ['image' in container ? replaceAt(at, final) : addAt(at, final)], notes };
}

// A name with a registry is what runs; a short one may still mean a stream.
function isComplete(image: string): boolean {
  return (parseImageReference(image)?.host ?? '') !== '';
}

function lookUpName(image: string, { path }: PodSpec, place: Place): TagOrigin | undefined {
  const reference = parseImageReference(image);
  if (reference === undefined || reference.path.includes('/')) return undefined;
  const { resource, facts: facts } = place;
  const namespace = resource.metadata.namespace ?? '';
  const stream = facts.streams.find((each) => each.namespace === namespace && each.name === reference.path);
  if (stream === undefined || !(stream.localLookup || resolvesNames(resource, path))) return undefined;
  if (reference.digest !== undefined) {
    return { kind: 'ImageStreamImage', namespace, name: `${reference.path}@${reference.digest}` };
  }
  return { kind: 'ImageStreamTag', namespace, name: `${reference.path}:${reference.tag ?? 'latest'}` };
}

function resolvesNames(resource: Resource, path: PodSpec['path']): boolean {
  const template = valueAt(resource, ...path.slice(0, -1));
  const inTemplate = stringAt(template, 'metadata', 'annotations', lookupAnnotation);
  return [inTemplate, textsAt(resource, 'annotations')[lookupAnnotation]].includes('*');
}

function forgetTriggers(resource: Resource, triggers: readonly ImageTrigger[]): Change {
  const has = triggersAnnotation in textsAt(resource, 'annotations');
  if (!has && triggers.length === 0) return noChange;
  return {
    patches: has ? [removeAt(['metadata', 'annotations', triggersAnnotation])] : [],
    notes: triggers.map(({ from }) => `no rollout any more when ${describeOrigin(from)} changes`),
  };
}
