import type { Reason } from '../reports/reasons.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { conditionAt } from '../kube/condition.ts';
import type { Resource } from '../kube/resource.ts';
import type { PreviousScale } from '../schemas/documents.ts';
import type { ScaleMethod } from './scalable-types.ts';
import { addAt, removeAt, type Operation } from '../kube/json-patch.ts';

/** Replicas that an object had before it was scaled down. */
const replicasAnnotation = 'crane-tasks.dev/replicas';
/** Records on an object that it was not suspended before. */
const suspendedAnnotation = 'crane-tasks.dev/suspended';

export type QuiesceDecision =
  /** `patch` is a merge patch that records and scales at once, so that neither is ever without the other. */
  | { readonly kind: 'rest'; readonly former: PreviousScale; readonly patch: object }
  | { readonly kind: 'at-rest'; readonly former: PreviousScale | undefined }
  | { readonly kind: 'passed'; readonly reason: Reason<'scale'>; readonly message: string };

/**
 * How to scale an object down. One that is scaled down already keeps its record: zero is never recorded. One that runs
 * although it has a record was started since, so that its present number counts.
 */
export function decideQuiesce(resource: Resource, method: ScaleMethod): QuiesceDecision {
  if (method === 'none') {
    const message = 'objects of this kind have no scale: delete it, or keep its pods away, when they must not write';
    return { kind: 'passed', reason: 'not-scalable', message };
  }
  const recorded = recordedOn(resource);
  const former = recorded === 'unreadable' ? undefined : recorded;
  if (method === 'suspend') {
    if (isFinished(resource)) return { kind: 'passed', reason: 'finished', message: 'its pods have ended' };
    if (valueAt(resource, 'spec', 'suspend') === true) return { kind: 'at-rest', former };
    return scaleDownDecision({ suspended: false }, resource);
  }
  const replicas = replicasOf(resource);
  return replicas === 0 ? { kind: 'at-rest', former } : scaleDownDecision({ replicas }, resource);
}

function scaleDownDecision(former: PreviousScale, resource: Resource): QuiesceDecision {
  const patch =
    'replicas' in former
      ? patchOf(resource, { [replicasAnnotation]: String(former.replicas) }, { replicas: 0 })
      : patchOf(resource, { [suspendedAnnotation]: 'true' }, { suspend: true });
  return { kind: 'rest', former, patch };
}

export type RestoreDecision =
  | { readonly kind: 'restore'; readonly former: PreviousScale; readonly patch: object }
  /** It runs: only the record is removed. */
  | { readonly kind: 'running'; readonly patch: object | undefined }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * How to restore the earlier scale of an object.
 * @param kept scale that a file records; the annotation on the object has precedence
 */
export function decideRestore(resource: Resource, kept: PreviousScale | undefined): RestoreDecision {
  const recorded = recordedOn(resource);
  if (recorded === 'unreadable')
    return { kind: 'unreadable', message: `its annotation ${replicasAnnotation} is not a number of replicas` };
  const former = recorded ?? kept;
  if (former === undefined) return { kind: 'nothing' };
  const none = { [replicasAnnotation]: null, [suspendedAnnotation]: null };
  if (!isScaledDown(resource, former))
    return { kind: 'running', patch: recorded === undefined ? undefined : patchOf(resource, none, {}) };
  const spec = 'replicas' in former ? former : { suspend: former.suspended };
  return { kind: 'restore', former, patch: patchOf(resource, none, spec) };
}

/** The scale in the annotations of an object; undefined when it was never scaled down. */
function recordedOn(resource: Resource): PreviousScale | 'unreadable' | undefined {
  const replicas = stringAt(resource.metadata, 'annotations', replicasAnnotation);
  if (replicas !== undefined) return /^[1-9]\d{0,8}$/.test(replicas) ? { replicas: Number(replicas) } : 'unreadable';
  const isSuspended = stringAt(resource.metadata, 'annotations', suspendedAnnotation) !== undefined;
  return isSuspended ? { suspended: false } : undefined;
}

function isScaledDown(resource: Resource, former: PreviousScale): boolean {
  return 'replicas' in former ? replicasOf(resource) === 0 : valueAt(resource, 'spec', 'suspend') === true;
}

/** Kubernetes takes one replica where nothing is said. */
function replicasOf(resource: Resource): number {
  const replicas = valueAt(resource, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}

function isFinished(resource: Resource): boolean {
  return ['Complete', 'Failed'].some((type) => conditionAt(resource, type, 'True') !== undefined);
}

/** With the version that was read: changes of other clients in between must not be lost. */
function patchOf(resource: Resource, annotations: object, spec: object): object {
  const { resourceVersion } = resource.metadata;
  const metadata = { ...(resourceVersion === undefined ? {} : { resourceVersion }), annotations };
  return { metadata, ...(Object.keys(spec).length === 0 ? {} : { spec }) };
}

/** The controller that an object belongs to, as `Kind name`; it may undo what is done to the object. */
export function controllerOf(resource: Resource): string | undefined {
  const owner = arrayAt(resource.metadata, 'ownerReferences').find(
    (reference) => isObject(reference) && reference['controller'] === true,
  );
  return owner === undefined ? undefined : `${stringAt(owner, 'kind') ?? ''} ${stringAt(owner, 'name') ?? ''}`;
}

/** Whether an object is made and scaled by another one of the same kinds, which also gives it its annotations. */
export function isScaledByOwner(resource: Resource): boolean {
  const owner = controllerOf(resource)?.split(' ')[0];
  return owner === 'Deployment' || owner === 'DeploymentConfig';
}

/** Whether a pod may still write: it is there, has not ended, and a controller put it there. */
export function isRunning(pod: Resource): boolean {
  return controllerOf(pod) !== undefined && !hasEnded(pod);
}

/** Whether a pod runs that no controller put there, so that no scale reaches it. */
export function isBare(pod: Resource): boolean {
  return controllerOf(pod) === undefined && !hasEnded(pod);
}

function hasEnded(pod: Resource): boolean {
  return ['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
}

/**
 * Patches that give an object which was exported at rest the scale that it had before, and take the record of it away:
 * a source that was quiesced before its export must not arrive with zero replicas.
 */
export function restoreTravellingScale(resource: Resource): readonly Operation[] {
  const former = recordedOn(resource);
  if (former === undefined || former === 'unreadable') return [];
  const annotations = [replicasAnnotation, suspendedAnnotation].filter(
    (key) => valueAt(resource.metadata, 'annotations', key) !== undefined,
  );
  const scale =
    'replicas' in former ? addAt(['spec', 'replicas'], former.replicas) : addAt(['spec', 'suspend'], former.suspended);
  return [scale, ...annotations.map((key) => removeAt(['metadata', 'annotations', key]))];
}
