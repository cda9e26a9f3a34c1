import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, kindOf, type Resource } from '../../kube/resource.ts';
import type { Evidence, ObjectName } from './evidence.ts';

const anything = '*';

/**
 * What controllers make of objects that travel, with nothing in it that does not follow from these: the documentation
 * of each kind says so. By the kind of the owner; `*`: all that it owns.
 */
const makers: ReadonlyMap<string, readonly string[]> = new Map([
  ['CronJob.batch', ['Job.batch']],
  ['DaemonSet.apps', ['ControllerRevision.apps', 'Pod']],
  ['Deployment.apps', ['ReplicaSet.apps']],
  ['Job.batch', ['Pod']],
  ['Node', ['Lease.coordination.k8s.io', 'Pod']],
  ['ReplicaSet.apps', ['Pod']],
  ['ReplicationController', ['Pod']],
  ['Service', ['EndpointSlice.discovery.k8s.io']],
  ['StatefulSet.apps', ['ControllerRevision.apps', 'Pod']],
  ['Build.build.openshift.io', [anything]],
  ['BuildConfig.build.openshift.io', ['Build.build.openshift.io']],
  ['DeploymentConfig.apps.openshift.io', ['ReplicationController']],
  ['ClusterServiceVersion.operators.coreos.com', [anything]],
  ['Certificate.cert-manager.io', ['CertificateRequest.cert-manager.io']],
  ['CertificateRequest.cert-manager.io', ['Order.acme.cert-manager.io']],
  ['Order.acme.cert-manager.io', ['Challenge.acme.cert-manager.io']],
  ['ExternalSecret.external-secrets.io', ['Secret']],
  ['Configuration.serving.knative.dev', ['Revision.serving.knative.dev']],
  ['Revision.serving.knative.dev', ['Deployment.apps']],
  ['Rollout.argoproj.io', ['ReplicaSet.apps']],
  ['CronWorkflow.argoproj.io', ['Workflow.argoproj.io']],
  ['Workflow.argoproj.io', ['Pod']],
  ['PipelineRun.tekton.dev', ['TaskRun.tekton.dev']],
  ['TaskRun.tekton.dev', ['Pod']],
  ['VirtualMachine.kubevirt.io', ['VirtualMachineInstance.kubevirt.io']],
  ['VirtualMachineInstance.kubevirt.io', ['Pod']],
]);

/** Kinds of which each object is one run or one replica: another one takes its place, under another name or uid. */
const passing: ReadonlySet<string> = new Set([
  'Build.build.openshift.io',
  'CertificateRequest.cert-manager.io',
  'Challenge.acme.cert-manager.io',
  'Job.batch',
  'Order.acme.cert-manager.io',
  'PipelineRun.tekton.dev',
  'Pod',
  'ReplicaSet.apps',
  'ReplicationController',
  'TaskRun.tekton.dev',
  'VirtualMachineInstance.kubevirt.io',
  'Workflow.argoproj.io',
]);

/** Kinds that only hold data: nothing runs when they travel although the controller that made them does not. */
const keptWithoutController: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

/** What the owners of an object mean for it: a reason to leave it out, or what is to be noted of it. */
export interface Ownership {
  readonly reason?: string;
  /** Whether it is left out because an owner that is there makes it again. */
  readonly isMade?: true;
  /** Whether it is left out because its owner was being deleted. */
  readonly isDeleted?: true;
  readonly note?: string;
}

interface Owner extends ObjectName {
  readonly isController: boolean;
  readonly called: string;
}

/**
 * Whether an owner proves that an object need not travel: its controller travels and makes the same content. What a
 * controller of another kind put into a Secret, such as a password, is not made a second time.
 */
export function judgeOwners(resource: Resource, { fateOf, isInCircle, makesSameSecret }: Evidence): Ownership {
  const owner = ownerOf(resource);
  // Objects that own each other in a circle: nothing makes them.
  if (owner === undefined || isInCircle(nameOf(resource))) return {};
  const { called, isController } = owner;
  const [kind, own] = [inApps(owner.kind), inApps(kindOf(resource))];
  const fates = [owner.kind, kind, kind.replace(/\.apps$/, '.extensions')].map((each) =>
    fateOf({ ...owner, kind: each }),
  );
  const fate = fates.find((each) => each !== 'absent') ?? 'absent';
  const isThere = fate === 'travels' || fate === 'made';
  const made = makers.get(kind) ?? [];
  const isSecret = own === 'Secret';
  const isMade = isController && made.includes(own) && (!isSecret || (isThere && makesSameSecret(owner)));
  if (isMade || made.includes(anything)) {
    if (isThere) return { isMade: true, reason: `made again from ${called}` };
    return { reason: `made by ${called}, which does not travel: disable-whiteout-owned keeps it` };
  }
  if (passing.has(kind) && fate !== 'travels' && !isSecret) {
    return { reason: `belongs to ${called} alone, which does not travel` };
  }
  if (fate === 'deleted' && isController && !keptWithoutController.has(own)) {
    return { isDeleted: true, reason: `was being deleted at the source with ${called}` };
  }
  if (!isThere)
    return { note: `its owner ${called} does not travel: nothing creates or deletes it at the destination` };
  if (!isController) return { note: `was to be deleted with ${called}: it has no owner at the destination` };
  if (isSecret) return { note: `${called} made it, and may make another one: its content is kept` };
  return { isMade: true, reason: `owned by ${called}, which travels and makes it again` };
}

// Servers before Kubernetes 1.16 had workloads in both groups, and controllers name owners by either.
function inApps(kind: string): string {
  return kind.replace(/^(Deployment|DaemonSet|ReplicaSet)\.extensions$/, '$1.apps');
}

/** The controller of an object, else the first of its owners. */
export function ownerOf(resource: Resource): Owner | undefined {
  const owners = ownersOf(resource);
  return owners.find(({ isController }) => isController) ?? owners[0];
}

/** An object as evidence names it. */
export function nameOf(resource: Resource): ObjectName {
  const { namespace, name } = keyOf(resource);
  return { kind: kindOf(resource), namespace, name };
}

function ownersOf(resource: Resource): readonly Owner[] {
  const { namespace } = keyOf(resource);
  return arrayAt(resource.metadata, 'ownerReferences').map((reference) => {
    const [kind, name] = [stringAt(reference, 'kind') ?? '', stringAt(reference, 'name') ?? ''];
    return {
      kind: kindOf({ apiVersion: stringAt(reference, 'apiVersion') ?? '', kind }),
      namespace,
      name,
      isController: valueAt(reference, 'controller') === true,
      called: `${kind} ${name}`,
    };
  });
}
