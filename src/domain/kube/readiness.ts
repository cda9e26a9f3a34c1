import { joinReasons } from '../core/join-reasons.ts';
import { arrayAt, stringAt, valueAt, type JsonObject, ownValue } from '../core/json-object.ts';
import { keyOf, type Resource } from './resource.ts';

/** `hopeless`: waiting longer does not help; `unwatched`: no controller has reported on it, and it asks for no pods. */
export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unwatched'; readonly why: string }
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'hopeless'; readonly why: string };

const ready: Readiness = { kind: 'ready' };

type Judge = (resource: Resource) => Readiness;

const judges: Readonly<Record<string, Judge>> = {
  'Deployment.apps': judgeDeployment,
  'DeploymentConfig.apps.openshift.io': judgeDeploymentConfig,
  'StatefulSet.apps': judgeStatefulSet,
  'DaemonSet.apps': judgeDaemonSet,
  'ReplicaSet.apps': judgeReplicas,
  'ReplicationController.': judgeReplicas,
  'Job.batch': judgeJob,
  'Pod.': judgePod,
  'PersistentVolumeClaim.': judgeClaim,
  'APIService.apiregistration.k8s.io': (resource) => judgeCondition(resource, 'Available'),
};

/** Groups of Kubernetes and OpenShift; in all others a condition `Ready` is what a user waits for. */
const ownGroups = /^$|^(?:apps|batch|autoscaling|policy|extensions)$|\.k8s\.io$|\.openshift\.io$/;

/**
 * Whether an object as the server has it does what it is for: pods are available, claims bound, jobs done or at work,
 * custom resources `Ready`. Undefined for what has no such state.
 */
export function readinessOf(resource: Resource): Readiness | undefined {
  const { group, kind } = keyOf(resource);
  const judge = ownValue(judges, `${kind}.${group}`);
  if (judge !== undefined) return judge(resource);
  const hasReady = conditionOf(resource, 'Ready') !== undefined;
  return !ownGroups.test(group) && hasReady ? judgeCondition(resource, 'Ready') : undefined;
}

/** Whether objects of this kind may have to be waited for, as far as is known before they exist. */
export function mayNeedTime(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  return Object.hasOwn(judges, `${kind}.${group}`) || !ownGroups.test(group);
}

function judgeDeployment(resource: Resource): Readiness {
  if (valueAt(resource, 'spec', 'paused') === true) return ready;
  const wanted = numberAt(resource, 1, 'spec', 'replicas');
  if (!isObserved(resource)) return notObserved;
  const [updated, available, all] = ['updatedReplicas', 'availableReplicas', 'replicas'].map((field) =>
    numberAt(resource, 0, 'status', field),
  );
  if (updated === wanted && available !== undefined && available >= wanted && all === wanted) return ready;
  const stuck = conditionOf(resource, 'Progressing');
  const reason = stringAt(stuck, 'reason') === 'ProgressDeadlineExceeded' ? stringAt(stuck, 'message') : undefined;
  const failure = conditionOf(resource, 'ReplicaFailure');
  const refused = stringAt(failure, 'status') === 'True' ? stringAt(failure, 'message') : undefined;
  const reasons = [reason, refused].filter((reason) => reason !== undefined);
  return waiting([`${String(available)} of ${String(wanted)} pods are available`, ...reasons].join('; '));
}

/** Its controller is not part of Kubernetes: a cluster may know the kind and start none of its objects. */
function judgeDeploymentConfig(resource: Resource): Readiness {
  const isReported = valueAt(resource, 'status', 'observedGeneration') !== undefined;
  if (isReported || numberAt(resource, 1, 'spec', 'replicas') > 0) return judgeDeployment(resource);
  return { kind: 'unwatched', why: 'no controller has reported on it, and it asks for no pods' };
}

function judgeStatefulSet(resource: Resource): Readiness {
  const wanted = numberAt(resource, 1, 'spec', 'replicas');
  if (!isObserved(resource)) return notObserved;
  const isRolling = stringAt(resource, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const partition = numberAt(resource, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = numberAt(resource, 0, 'status', 'updatedReplicas');
  const isNew = stringAt(resource, 'status', 'updateRevision') === stringAt(resource, 'status', 'currentRevision');
  const available = numberAt(resource, 0, 'status', 'readyReplicas');
  const isUpdated = !isRolling || isNew || updated >= wanted - partition;
  if (available >= wanted && isUpdated) return ready;
  return waiting(
    `${String(available)} of ${String(wanted)} pods are ready${isUpdated ? '' : ', some of the former kind'}`,
  );
}

function judgeDaemonSet(resource: Resource): Readiness {
  if (!isObserved(resource)) return notObserved;
  const wanted = numberAt(resource, 0, 'status', 'desiredNumberScheduled');
  const available = numberAt(resource, 0, 'status', 'numberAvailable');
  const isRolling = stringAt(resource, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const updated = numberAt(resource, 0, 'status', 'updatedNumberScheduled');
  if (available >= wanted && (!isRolling || updated >= wanted)) return ready;
  return waiting(`${String(available)} of ${String(wanted)} pods are available`);
}

function judgeReplicas(resource: Resource): Readiness {
  const wanted = numberAt(resource, 1, 'spec', 'replicas');
  const found = numberAt(resource, 0, 'status', 'readyReplicas');
  if (isObserved(resource) && found >= wanted) return ready;
  return waiting(`${String(found)} of ${String(wanted)} pods are ready`);
}

/** A long job is not waited for to its end: once a pod of it runs, the cluster does its part. */
function judgeJob(resource: Resource): Readiness {
  const failure = conditionOf(resource, 'Failed');
  if (stringAt(failure, 'status') === 'True')
    return {
      kind: 'hopeless',
      why: joinReasons('the job failed', stringAt(failure, 'message') ?? stringAt(failure, 'reason')),
    };
  const isDone = stringAt(conditionOf(resource, 'Complete'), 'status') === 'True';
  const isSuspended = valueAt(resource, 'spec', 'suspend') === true;
  if (isDone || isSuspended || numberAt(resource, 0, 'status', 'ready') > 0) return ready;
  return waiting('no pod of the job runs');
}

function judgePod(resource: Resource): Readiness {
  const phase = stringAt(resource, 'status', 'phase');
  if (phase === 'Succeeded') return ready;
  if (phase === 'Failed') {
    const reason = stringAt(resource, 'status', 'message') ?? stringAt(resource, 'status', 'reason');
    return { kind: 'hopeless', why: joinReasons('the pod failed', reason) };
  }
  return judgeCondition(resource, 'Ready');
}

function judgeClaim(resource: Resource): Readiness {
  const phase = stringAt(resource, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return ready;
  const why = `the claim is ${phase}`;
  return phase === 'Lost' ? { kind: 'hopeless', why } : waiting(why);
}

function judgeCondition(resource: Resource, type: string): Readiness {
  const condition = conditionOf(resource, type);
  if (stringAt(condition, 'status') === 'True') return ready;
  return waiting(joinReasons(`it is not ${type}`, stringAt(condition, 'reason'), stringAt(condition, 'message')));
}

function conditionOf(resource: Resource, type: string): unknown {
  return arrayAt(resource, 'status', 'conditions').find((condition) => stringAt(condition, 'type') === type);
}

function isObserved(resource: Resource): boolean {
  return numberAt(resource, 0, 'status', 'observedGeneration') >= numberAt(resource, 0, 'metadata', 'generation');
}

const notObserved = waiting('no controller has looked at it yet');

function waiting(why: string): Readiness {
  return { kind: 'waiting', why };
}

function numberAt(value: JsonObject, otherwise: number, ...path: readonly string[]): number {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : otherwise;
}
