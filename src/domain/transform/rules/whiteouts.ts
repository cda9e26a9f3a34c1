import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { leftOutKind } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';
import { successorOf } from '../versions/conversion.ts';
import { noEvidence, type Evidence } from './evidence.ts';
import { judgeOwners } from './ownership.ts';
import { originOf } from './serving-certificates.ts';

const operatorGroups: ReadonlySet<string> = new Set(['operators.coreos.com', 'packages.operators.coreos.com']);
/** Members that holders of a Lease write. */
const leaseFields = ['holderIdentity', 'acquireTime', 'renewTime'];
const serviceAccountToken = 'kubernetes.io/service-account-token';

/** Why a resource must not travel, or undefined: crane's KubernetesPlugin, and what its successor adds. */
export function kubernetesWhiteout(
  resource: Resource,
  options: TransformOptions,
  evidence: Evidence = noEvidence,
): string | undefined {
  return (
    whiteoutOfMigration(resource) ??
    whiteoutByKind(resource, options) ??
    whiteoutOfState(resource, options) ??
    whiteoutOfDefaults(resource, options) ??
    whiteoutOfDuplicate(resource, evidence) ??
    whiteoutOfRecord(resource, evidence) ??
    whiteoutByOwner(resource, options, evidence)
  );
}

/** Accounts and bindings that exist for the migration carry this label. */
function whiteoutOfMigration(resource: Resource): string | undefined {
  const isOurs = textsAt(resource, 'labels')['app.kubernetes.io/part-of'] === 'crane-tasks';
  return isOurs ? 'belongs to the migration itself' : undefined;
}

function whiteoutByKind(resource: Resource, { includeOnly, extraWhiteouts }: TransformOptions): string | undefined {
  const kind = kindOf(resource);
  if (includeOnly.size > 0) return includeOnly.has(kind) ? undefined : 'not among the kinds of include-only';
  if (extraWhiteouts.has(kind)) return 'named by extra-whiteouts';
  const { group } = keyOf(resource);
  if (operatorGroups.has(group)) return 'managed by the Operator Lifecycle Manager';
  const left = leftOutKind(kind);
  return left?.plugin === 'KubernetesPlugin' ? left.reason : undefined;
}

function whiteoutByOwner(resource: Resource, options: TransformOptions, evidence: Evidence): string | undefined {
  return countsOwners(resource, options) ? judgeOwners(resource, evidence).reason : undefined;
}

/** What becomes of a resource that travels although others own it. */
export function noteOwners(resource: Resource, options: TransformOptions, evidence: Evidence): readonly string[] {
  const { note } = countsOwners(resource, options) ? judgeOwners(resource, evidence) : {};
  return note === undefined ? [] : [note];
}

function countsOwners(resource: Resource, { keepOwned, modernize }: TransformOptions): boolean {
  if (keepOwned) return false;
  // Plain Kubernetes has no service CA that fills the Secret again.
  return !(modernize !== undefined && kindOf(resource) === 'Secret' && originOf(resource) !== undefined);
}

const fromServices = 'made by the destination from Services';
// https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#management
const sliceControllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** Endpoints that a controller wrote, or that only said who leads (client-go resourcelock, before Leases). */
function isOfEndpointsController(endpoints: Resource): boolean {
  const annotations = textsAt(endpoints, 'annotations');
  return (
    'endpoints.kubernetes.io/last-change-trigger-time' in annotations ||
    'endpoints.kubernetes.io/managed-by' in textsAt(endpoints, 'labels') ||
    'control-plane.alpha.kubernetes.io/leader' in annotations
  );
}

/** Objects whose content is only a state of the source. */
function whiteoutOfRecord(resource: Resource, { hasClaim, hasSelector }: Evidence): string | undefined {
  const { namespace, name } = keyOf(resource);
  switch (kindOf(resource)) {
    case 'Endpoints': {
      const isMade = isOfEndpointsController(resource) || hasSelector(namespace, name);
      return isMade || isOfApiServer(resource) ? fromServices : undefined;
    }
    case 'EndpointSlice.discovery.k8s.io': {
      const labels = textsAt(resource, 'labels');
      const isMade = sliceControllers.includes(labels['endpointslice.kubernetes.io/managed-by'] ?? '');
      // Without this label it is of no Service, and nothing reads it.
      const isUnused = !('kubernetes.io/service-name' in labels);
      return isMade || isUnused || isOfApiServer(resource) ? fromServices : undefined;
    }
    case 'Lease.coordination.k8s.io': {
      const isHeld = leaseFields.some((field) => valueAt(resource, 'spec', field) !== undefined);
      return isHeld ? 'a record of the source: who leads there' : undefined;
    }
    case 'DataVolume.cdi.kubevirt.io': {
      const claim = stringAt(resource, 'status', 'claimName') ?? name;
      return hasClaim(namespace, claim) ? `its disk moves as claim ${claim}: it would be imported again` : undefined;
    }
    default:
      return undefined;
  }
}

function whiteoutOfDefaults(resource: Resource, options: TransformOptions): string | undefined {
  const { name } = resource.metadata;
  switch (kindOf(resource)) {
    case 'ServiceAccount':
      return options.stripDefaultRbac && name === 'default' ? 'every namespace has its own default account' : undefined;
    case 'Secret':
      return whiteoutOfToken(resource, options);
    case 'ConfigMap':
      return options.stripDefaultCabundle ? whiteoutOfRootCa(resource) : undefined;
    case 'Service':
      return isOfApiServer(resource) ? 'every cluster has its own Service for its API server' : undefined;
    case 'ClusterRole.rbac.authorization.k8s.io':
    case 'ClusterRoleBinding.rbac.authorization.k8s.io':
      return isOfCluster(resource) ? 'every cluster has its own' : undefined;
    default:
      return undefined;
  }
}

/** Servers of old versions show workloads in group `extensions` too: the ones that the export has in both are one object. */
function whiteoutOfDuplicate(resource: Resource, { fateOf }: Evidence): string | undefined {
  const kind = successorOf(resource);
  if (kind === undefined) return undefined;
  const { namespace, name } = keyOf(resource);
  return fateOf({ kind, namespace, name }) === 'absent' ? undefined : `the same object exists as ${kind}`;
}

function whiteoutOfRootCa(config: Resource): string | undefined {
  const { name } = config.metadata;
  if (name === 'kube-root-ca.crt') return 'every namespace has its own root CA';
  const isOfMesh = name === 'istio-ca-root-cert' && 'istio.io/config' in textsAt(config, 'labels');
  return isOfMesh ? 'the mesh of the destination writes its own root CA' : undefined;
}

/** The Services `kubernetes`, and `openshift` as an alias of it, in namespace `default`; and the endpoints of the first. */
function isOfApiServer(resource: Resource): boolean {
  const { kind, namespace, name } = keyOf(resource);
  if (namespace !== 'default') return false;
  if (name === 'kubernetes') return kind !== 'Service' || textsAt(resource, 'labels')['component'] === 'apiserver';
  const external = stringAt(resource, 'spec', 'externalName');
  return name === 'openshift' && external?.startsWith('kubernetes.default.svc') === true;
}

/** What the API server or an operator creates and updates. `kubectl apply` proves that a copy is the user's. */
function isOfCluster(resource: Resource): boolean {
  const annotations = textsAt(resource, 'annotations');
  return (
    resource.metadata.name.startsWith('system:') ||
    'kubernetes.io/bootstrapping' in textsAt(resource, 'labels') ||
    (annotations['rbac.authorization.kubernetes.io/autoupdate'] === 'true' &&
      !('kubectl.kubernetes.io/last-applied-configuration' in annotations))
  );
}

/** Why a Secret that the cluster generated for an account is left out; undefined for others. */
export function whiteoutOfToken(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  if (secret['type'] === serviceAccountToken) return 'a token that only the source cluster accepts';
  const account = textsAt(secret, 'annotations')['kubernetes.io/service-account.name'];
  return stripDefaultRbac && account === 'default' ? 'belongs to the default account' : undefined;
}

/** The annotation of crane's successor on Jobs that may run again. */
export const repeatable = 'crane.konveyor.io/job-idempotent';

type EndOf = (resource: Resource, options: TransformOptions) => string | undefined;

// Words with which each kind says in its status that it has ended.
const ends: ReadonlyMap<string, EndOf> = new Map<string, EndOf>([
  ['Pod', (pod) => endOfPhase(pod, ['Succeeded', 'Failed'])],
  ['Job.batch', endOfJob],
  ['CustomRun.tekton.dev', endOfRun],
  ['PipelineRun.tekton.dev', endOfRun],
  ['Run.tekton.dev', endOfRun],
  ['TaskRun.tekton.dev', endOfRun],
  ['Workflow.argoproj.io', (workflow) => endOfPhase(workflow, ['Succeeded', 'Failed', 'Error'])],
]);

/** Why an object must not be created at the destination: it is being deleted at the source, or it has ended there. */
function whiteoutOfState(resource: Resource, options: TransformOptions): string | undefined {
  if (resource.metadata['deletionTimestamp'] !== undefined) return 'was being deleted at the source';
  const end = ends.get(kindOf(resource))?.(resource, options);
  return end === undefined ? undefined : `has ended at the source (${end}): it would run again`;
}

function endOfPhase(resource: Resource, phases: readonly string[]): string | undefined {
  const phase = stringAt(resource, 'status', 'phase') ?? '';
  if (!phases.includes(phase)) return undefined;
  const reason = stringAt(resource, 'status', 'reason');
  return reason === undefined ? phase : `${phase}, ${reason}`;
}

// With suspend-jobs it travels and does not run, as the user asked.
function endOfJob(job: Resource, { suspendJobs }: TransformOptions): string | undefined {
  if (suspendJobs || textsAt(job, 'annotations')[repeatable] === 'true') return undefined;
  const end = arrayAt(job, 'status', 'conditions').find(
    (condition) =>
      ['Complete', 'Failed'].some((type) => valueAt(condition, 'type') === type) &&
      valueAt(condition, 'status') === 'True',
  );
  return stringAt(end, 'type');
}

function endOfRun(run: Resource): string | undefined {
  const time = stringAt(run, 'status', 'completionTime');
  return time === undefined ? undefined : `completed ${time}`;
}

const accounts = ['builder', 'deployer'];
const accountsWithSecrets = ['builder', 'deployer', 'pipeline'];
const bindings = ['admin', 'system:deployers', 'system:image-builders', 'system:image-pullers'];
const byPlatform = 'every OpenShift project has its own';

/** Why a resource of OpenShift must not travel, or undefined: crane's OpenShiftPlugin, by group and kind. */
export function openshiftWhiteout(
  resource: Resource,
  options: TransformOptions,
  evidence: Evidence = noEvidence,
): string | undefined {
  const { group, name } = keyOf(resource);
  const kind = kindOf(resource);
  if (group === 'authorization.openshift.io') return whiteoutOfTwin(resource, options, evidence);
  const left = leftOutKind(kind);
  if (left?.plugin === 'OpenShiftPlugin') return left.reason;
  switch (kind) {
    case 'ServiceAccount':
      return options.stripDefaultRbac && accounts.includes(name) ? byPlatform : undefined;
    case 'RoleBinding.rbac.authorization.k8s.io':
      return options.stripDefaultRbac && bindings.includes(name) ? byPlatform : undefined;
    case 'ConfigMap':
      return options.stripDefaultCabundle && name === 'openshift-service-ca.crt' ? byPlatform : undefined;
    case 'Secret':
      return whiteoutOfLogin(resource, options) ?? whiteoutOfCertificate(resource, options, evidence);
    case 'ClusterServiceVersion.operators.coreos.com':
      return 'olm.copiedFrom' in textsAt(resource, 'labels')
        ? 'a copy made by the Operator Lifecycle Manager'
        : undefined;
    default:
      return undefined;
  }
}

const bindingKinds: ReadonlySet<string> = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
const rbac = 'rbac.authorization.k8s.io';

/** OpenShift shows each role and binding in this group too: the ones that the export has in both are one object. */
function whiteoutOfTwin(resource: Resource, { modernize }: TransformOptions, { fateOf }: Evidence): string | undefined {
  const { kind, namespace, name } = keyOf(resource);
  if (!bindingKinds.has(kind)) return undefined;
  if (fateOf({ kind: `${kind}.${rbac}`, namespace, name }) !== 'absent') return `the same object exists as ${rbac}`;
  return modernize === undefined ? undefined : 'plain Kubernetes does not serve this kind';
}

const generatedName = /-dockercfg-[a-z0-9]{5}$/;
const generatedMarks = ['openshift.io/token-secret.name', 'openshift.io/internal-registry-auth-token.binding'];

/** To OpenShift: its service CA fills the Secret again, and gives up when the Secret of another cluster is there. */
function whiteoutOfCertificate(
  secret: Resource,
  { modernize }: TransformOptions,
  { servingServiceOf }: Evidence,
): string | undefined {
  const { namespace, name } = keyOf(secret);
  const service = originOf(secret);
  if (modernize !== undefined || service === undefined || servingServiceOf(namespace, name) !== service)
    return undefined;
  return `OpenShift's service CA makes it again for Service ${service}`;
}

/** Why a generated Secret of an account is left out. A dockercfg secret without the marks is the user's own login. */
export function whiteoutOfLogin(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  const annotations = textsAt(secret, 'annotations');
  const account = annotations['kubernetes.io/service-account.name'];
  if (stripDefaultRbac && account !== undefined && accountsWithSecrets.includes(account)) return byPlatform;
  if (stringAt(secret, 'type') !== 'kubernetes.io/dockercfg') return undefined;
  const generated =
    account !== undefined ||
    generatedMarks.some((mark) => Object.hasOwn(annotations, mark)) ||
    generatedName.test(secret.metadata.name);
  return generated ? "a login at the source's own registry" : undefined;
}
