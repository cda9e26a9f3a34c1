import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { leftOutKind, type TracePlugin } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';
import {
  isOfApiServer,
  isOfCluster,
  whiteoutOfAccount,
  whiteoutOfProjectAccount,
  whiteoutOfProjectBinding,
  whiteoutOfRootCa,
} from './cluster-defaults.ts';
import { isBeingDeleted } from './deletion.ts';
import { endOf } from './ended-runs.ts';
import { noEvidence, type Evidence } from './evidence.ts';
import { byPlatform, whiteoutOfCertificate, whiteoutOfLogin, whiteoutOfToken } from './generated-secrets.ts';
import { judgeOwners } from './ownership.ts';
import { whiteoutOfEndpoints, whiteoutOfImport, whiteoutOfLock, whiteoutOfTargets } from './records.ts';
import { originOf } from '../../kube/serving-certificates.ts';
import { whiteoutOfCalico, whiteoutOfDuplicate, whiteoutOfTwin } from './twins.ts';

/**
 * What shows that nothing is lost when an object is left out.
 *
 * - `request`: the user, or the migration, asked for it.
 * - `record`: the object itself says that it only records what was or is at the source.
 * - `platform`: each cluster or namespace has its own, and the object has nothing else.
 * - `credential`: the object itself says that only the source accepts it.
 * - `twin`: the export has the same object under another kind.
 * - `maker`: what makes it again is in the export and travels.
 * - `task`: another task of the move creates it.
 */
type Proof = 'request' | 'record' | 'platform' | 'credential' | 'twin' | 'maker' | 'task';

/** A rule by which resources are left out. */
export interface LeftOutRule {
  /** What the rule leaves out. */
  readonly what: string;
  readonly plugin: TracePlugin;
  /** The kinds that it looks at; absent: all. */
  readonly kinds?: readonly string[];
  readonly proof: Proof;
  /** Why this resource is left out, with what proves it; undefined when the proof is missing, or it is another thing. */
  readonly reasonOf: (resource: Resource, options: TransformOptions, evidence: Evidence) => string | undefined;
}

const operatorGroups: ReadonlySet<string> = new Set(['operators.coreos.com', 'packages.operators.coreos.com']);
const rbac = 'rbac.authorization.k8s.io';

/** The table of all that is left out: the first rule that gives a reason decides. */
export const leftOutRules: readonly LeftOutRule[] = [
  {
    what: 'accounts and bindings of the migration, by their label',
    plugin: 'KubernetesPlugin',
    proof: 'request',
    reasonOf: (resource) =>
      textsAt(resource, 'labels')['app.kubernetes.io/part-of'] === 'crane-tasks'
        ? 'belongs to the migration itself'
        : undefined,
  },
  {
    what: 'kinds that flags name',
    plugin: 'KubernetesPlugin',
    proof: 'request',
    reasonOf: (resource, { includeOnly, extraWhiteouts }) => {
      const kind = kindOf(resource);
      if (includeOnly.size > 0) return includeOnly.has(kind) ? undefined : 'not among the kinds of include-only';
      return extraWhiteouts.has(kind) ? 'named by extra-whiteouts' : undefined;
    },
  },
  {
    what: 'what the Operator Lifecycle Manager installs and offers',
    plugin: 'KubernetesPlugin',
    proof: 'platform',
    reasonOf: (resource, { includeOnly }) =>
      includeOnly.size === 0 && operatorGroups.has(keyOf(resource).group)
        ? 'managed by the Operator Lifecycle Manager'
        : undefined,
  },
  {
    what: 'kinds of the table of controllers: volumes, snapshots, events, measurements, records',
    plugin: 'KubernetesPlugin',
    proof: 'record',
    reasonOf: (resource, { includeOnly }) => {
      const left = includeOnly.size > 0 ? undefined : leftOutKind(kindOf(resource));
      return left?.plugin === 'KubernetesPlugin' ? left.reason : undefined;
    },
  },
  {
    what: 'objects that were being deleted',
    plugin: 'KubernetesPlugin',
    proof: 'record',
    reasonOf: ({ metadata }) => (isBeingDeleted(metadata) ? 'was being deleted at the source' : undefined),
  },
  {
    what: 'runs that have ended',
    plugin: 'KubernetesPlugin',
    proof: 'record',
    reasonOf: (resource, options) => {
      const end = endOf(resource, options);
      return end === undefined ? undefined : `has ended at the source (${end}): it would run again`;
    },
  },
  {
    what: 'the default account',
    plugin: 'KubernetesPlugin',
    kinds: ['ServiceAccount'],
    proof: 'platform',
    reasonOf: whiteoutOfAccount,
  },
  {
    what: 'tokens that the cluster generated for accounts',
    plugin: 'KubernetesPlugin',
    kinds: ['Secret'],
    proof: 'credential',
    reasonOf: whiteoutOfToken,
  },
  {
    what: 'root CAs of the cluster and of its mesh',
    plugin: 'KubernetesPlugin',
    kinds: ['ConfigMap'],
    proof: 'platform',
    reasonOf: whiteoutOfRootCa,
  },
  {
    what: 'the Service of the API server',
    plugin: 'KubernetesPlugin',
    kinds: ['Service'],
    proof: 'platform',
    reasonOf: (service) =>
      isOfApiServer(service) ? 'every cluster has its own Service for its API server' : undefined,
  },
  {
    what: 'roles and bindings that come with the cluster',
    plugin: 'KubernetesPlugin',
    kinds: [`ClusterRole.${rbac}`, `ClusterRoleBinding.${rbac}`],
    proof: 'platform',
    reasonOf: (role) => (isOfCluster(role) ? 'every cluster has its own' : undefined),
  },
  {
    what: 'workloads and others in group extensions',
    plugin: 'KubernetesPlugin',
    proof: 'twin',
    reasonOf: whiteoutOfDuplicate,
  },
  {
    what: 'policies that Calico shows a second time',
    plugin: 'KubernetesPlugin',
    proof: 'twin',
    reasonOf: (resource, _options, evidence) => whiteoutOfCalico(resource, evidence),
  },
  {
    what: 'endpoints that controllers wrote',
    plugin: 'KubernetesPlugin',
    kinds: ['Endpoints', 'EndpointSlice.discovery.k8s.io'],
    proof: 'maker',
    reasonOf: (resource, _options, evidence) => whiteoutOfEndpoints(resource, evidence),
  },
  {
    what: 'locks',
    plugin: 'KubernetesPlugin',
    kinds: ['ConfigMap', 'Lease.coordination.k8s.io'],
    proof: 'record',
    reasonOf: whiteoutOfLock,
  },
  {
    what: 'targets of load balancers of the source',
    plugin: 'KubernetesPlugin',
    kinds: ['TargetGroupBinding.elbv2.k8s.aws'],
    proof: 'record',
    reasonOf: whiteoutOfTargets,
  },
  {
    what: 'imports of disks that move as claims',
    plugin: 'KubernetesPlugin',
    kinds: ['DataVolume.cdi.kubevirt.io'],
    proof: 'task',
    reasonOf: (resource, _options, evidence) => whiteoutOfImport(resource, evidence),
  },
  {
    what: 'what the controller of a travelling object makes again, and parts of what does not travel',
    plugin: 'KubernetesPlugin',
    proof: 'maker',
    reasonOf: (resource, options, evidence) =>
      countsOwners(resource, options) ? judgeOwners(resource, evidence).reason : undefined,
  },
  {
    what: 'roles and bindings in the group of OpenShift',
    plugin: 'OpenShiftPlugin',
    proof: 'twin',
    reasonOf: whiteoutOfTwin,
  },
  {
    what: 'kinds of the table of controllers',
    plugin: 'OpenShiftPlugin',
    proof: 'record',
    reasonOf: (resource) => {
      const left = leftOutKind(kindOf(resource));
      return left?.plugin === 'OpenShiftPlugin' ? left.reason : undefined;
    },
  },
  {
    what: 'accounts of each project',
    plugin: 'OpenShiftPlugin',
    kinds: ['ServiceAccount'],
    proof: 'platform',
    reasonOf: whiteoutOfProjectAccount,
  },
  {
    what: 'bindings of each project',
    plugin: 'OpenShiftPlugin',
    kinds: [`RoleBinding.${rbac}`],
    proof: 'platform',
    reasonOf: whiteoutOfProjectBinding,
  },
  {
    what: 'the service CA of each project',
    plugin: 'OpenShiftPlugin',
    kinds: ['ConfigMap'],
    proof: 'platform',
    reasonOf: ({ metadata }, { stripDefaultCabundle }) =>
      stripDefaultCabundle && metadata.name === 'openshift-service-ca.crt' ? byPlatform : undefined,
  },
  {
    what: "logins at the source's own registry",
    plugin: 'OpenShiftPlugin',
    kinds: ['Secret'],
    proof: 'credential',
    reasonOf: whiteoutOfLogin,
  },
  {
    what: 'serving certificates of the service CA',
    plugin: 'OpenShiftPlugin',
    kinds: ['Secret'],
    proof: 'maker',
    reasonOf: whiteoutOfCertificate,
  },
  {
    what: 'copies of operators',
    plugin: 'OpenShiftPlugin',
    kinds: ['ClusterServiceVersion.operators.coreos.com'],
    proof: 'platform',
    reasonOf: (version) =>
      'olm.copiedFrom' in textsAt(version, 'labels') ? 'a copy made by the Operator Lifecycle Manager' : undefined,
  },
];

type Whiteout = (resource: Resource, options: TransformOptions, evidence?: Evidence) => string | undefined;

function whiteoutBy(plugin: TracePlugin): Whiteout {
  const rules = leftOutRules.filter((rule) => rule.plugin === plugin);
  return (resource, options, evidence = noEvidence) => {
    const kind = kindOf(resource);
    for (const { kinds, reasonOf } of rules) {
      const reason = kinds?.includes(kind) === false ? undefined : reasonOf(resource, options, evidence);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** Why a resource must not travel, or undefined: crane's KubernetesPlugin, and what its successor adds. */
export const kubernetesWhiteout = whiteoutBy('KubernetesPlugin');

/** Why a resource of OpenShift must not travel, or undefined: crane's OpenShiftPlugin, by group and kind. */
export const openshiftWhiteout = whiteoutBy('OpenShiftPlugin');

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
