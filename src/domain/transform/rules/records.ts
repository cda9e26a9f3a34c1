import { isObject, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, type Resource, textsAt } from '../../kube/resource.ts';
import type { Evidence } from './evidence.ts';
import { isOfApiServer } from './cluster-defaults.ts';

/** Members that holders of a Lease write. */
const leaseFields = ['holderIdentity', 'acquireTime', 'renewTime'];
const whoLeads = 'a record of the source: who leads there';
const fromServices = 'made by the destination from Services';
const lock = 'control-plane.alpha.kubernetes.io/leader';
// https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#management
const sliceControllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** Why Endpoints or an EndpointSlice are left out: a controller wrote them, or they only said who leads. */
export function whiteoutOfEndpoints(resource: Resource, { hasSelector }: Evidence): string | undefined {
  const { namespace, name } = keyOf(resource);
  if (isOfApiServer(resource)) return fromServices;
  if (resource.kind === 'Endpoints') {
    if (isLockOfPatroni(resource)) return whoLeads;
    return isOfEndpointsController(resource) || hasSelector(namespace, name) ? fromServices : undefined;
  }
  const labels = textsAt(resource, 'labels');
  const isMade = sliceControllers.includes(labels['endpointslice.kubernetes.io/managed-by'] ?? '');
  // Without this label it is of no Service, and nothing reads it.
  return isMade || !('kubernetes.io/service-name' in labels) ? fromServices : undefined;
}

/** Endpoints that a controller wrote, or that only said who leads (client-go resourcelock, before Leases). */
function isOfEndpointsController(endpoints: Resource): boolean {
  const annotations = textsAt(endpoints, 'annotations');
  return (
    'endpoints.kubernetes.io/last-change-trigger-time' in annotations ||
    'endpoints.kubernetes.io/managed-by' in textsAt(endpoints, 'labels') ||
    lock in annotations
  );
}

/** Why a Lease or ConfigMap is left out whose whole content is who leads at the source. */
export function whiteoutOfLock(resource: Resource): string | undefined {
  const isHeld =
    resource.kind === 'Lease'
      ? leaseFields.some((field) => valueAt(resource, 'spec', field) !== undefined)
      : isLockOfPatroni(resource) && !isObject(resource['data']);
  return isHeld ? whoLeads : undefined;
}

/** The lock of a PostgreSQL cluster of Patroni (https://patroni.readthedocs.io/en/latest/kubernetes.html). */
function isLockOfPatroni(resource: Resource): boolean {
  const annotations = textsAt(resource, 'annotations');
  return ['leader', 'acquireTime', 'renewTime'].every((key) => Object.hasOwn(annotations, key));
}

/** Why a DataVolume is left out whose disk moves as a claim. */
export function whiteoutOfImport(resource: Resource, { hasClaim }: Evidence): string | undefined {
  const { namespace, name } = keyOf(resource);
  const claim = stringAt(resource, 'status', 'claimName') ?? name;
  return hasClaim(namespace, claim) ? `its disk moves as claim ${claim}: it would be imported again` : undefined;
}

/** Labels of the AWS Load Balancer Controller on what it makes of an Ingress or a Service: pkg/deploy/tracking/provider.go. */
const stacks = ['ingress.k8s.aws/stack', 'ingress.k8s.aws/stack-name', 'service.k8s.aws/stack-name'];

/** Why a TargetGroupBinding is left out that its controller made: it leads Pods to a load balancer of the source. */
export function whiteoutOfTargets(binding: Resource): string | undefined {
  const labels = textsAt(binding, 'labels');
  return stacks.some((key) => Object.hasOwn(labels, key))
    ? 'a record of the source: the targets of its load balancer'
    : undefined;
}
