import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';

// https://kubernetes.io/docs/reference/labels-annotations-taints/ and the node roles of OpenShift 3.
const labelsOfSource: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/hostname', 'the name of a node of the source'],
  ['failure-domain.beta.kubernetes.io/zone', 'replaced by topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'replaced by topology.kubernetes.io/region'],
  ['beta.kubernetes.io/arch', 'replaced by kubernetes.io/arch'],
  ['beta.kubernetes.io/os', 'replaced by kubernetes.io/os'],
  ['beta.kubernetes.io/instance-type', 'replaced by node.kubernetes.io/instance-type'],
  ['node-role.kubernetes.io/compute', 'the role of OpenShift 3'],
  ['node-role.kubernetes.io/master', 'replaced by node-role.kubernetes.io/control-plane'],
]);

/** Labels of nodes that only one provider of clusters has, by their domain or whole. */
const labelsOfProviders: readonly (readonly [key: string, provider: string])[] = [
  ['agentpool', 'Azure'],
  ['alpha.eksctl.io/', 'Amazon EKS'],
  ['cloud.google.com/', 'Google Cloud'],
  ['doks.digitalocean.com/', 'DigitalOcean'],
  ['eks.amazonaws.com/', 'Amazon EKS'],
  ['ibm-cloud.kubernetes.io/', 'IBM Cloud'],
  ['k8s.scaleway.com/', 'Scaleway'],
  ['karpenter.sh/', 'Karpenter'],
  ['kops.k8s.io/', 'kOps'],
  ['kubernetes.azure.com/', 'Azure'],
  ['machineconfiguration.openshift.io/', 'OpenShift'],
  ['oci.oraclecloud.com/', 'Oracle Cloud'],
  ['topology.disk.csi.azure.com/', 'Azure'],
  ['topology.ebs.csi.aws.com/', 'AWS'],
  ['topology.gke.io/', 'Google Cloud'],
];

/** Labels whose values, not the labels themselves, are of the provider: asked for as a selector they name a place of the source. */
const labelsWithPlaces: ReadonlyMap<string, string> = new Map([
  ['node.kubernetes.io/instance-type', 'a size of machines of the source'],
  ['topology.kubernetes.io/region', 'a region of the source'],
  ['topology.kubernetes.io/zone', 'a zone of the source'],
]);

const spreading = 'kubernetes.io/hostname';

/** Reports labels of nodes that the destination may lack. `kubernetes.io/hostname` as a topology key only spreads. */
export function noteNodes(resource: Resource): readonly string[] {
  const selected = podSpecsOf(resource).flatMap(({ spec }) => [
    ...keysOf(spec['nodeSelector']),
    ...keysOfNodeAffinity(valueAt(spec, 'affinity', 'nodeAffinity')),
  ]);
  const spread = podSpecsOf(resource).flatMap(({ spec }) => topologyKeys(spec).filter((key) => key !== spreading));
  const reasons = [
    ...selected.map((key) => [key, whyLacking(key) ?? labelsWithPlaces.get(key)] as const),
    ...spread.map((key) => [key, whyLacking(key)] as const),
  ];
  return [...new Map(reasons)].flatMap(([key, why]) =>
    why === undefined ? [] : [`asks for nodes by the label ${key} (${why}): nodes of the destination may lack it`],
  );
}

function whyLacking(key: string): string | undefined {
  const provider = labelsOfProviders.find(([name]) => (name.endsWith('/') ? key.startsWith(name) : key === name))?.[1];
  return labelsOfSource.get(key) ?? (provider === undefined ? undefined : `a label of ${provider}`);
}

/** Annotations with which an account gets an identity of a cloud, by the identity that its cluster issues tokens for. */
const identities: readonly (readonly [key: string, cloud: string])[] = [
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  ['eks.amazonaws.com/role-arn', 'AWS'],
  // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
  ['iam.gke.io/gcp-service-account', 'Google Cloud'],
  // https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
  ['azure.workload.identity/client-id', 'Azure'],
];

/** Reports accounts with an identity of a cloud: it trusts the tokens of the source only, until its owner adds the destination. */
export function noteIdentity(account: Resource): readonly string[] {
  if (kindOf(account) !== 'ServiceAccount') return [];
  const annotations = textsAt(account, 'annotations');
  return identities
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(
      ([key, cloud]) => `its identity at ${cloud} (${key}) must trust the tokens and the namespace of the destination`,
    );
}

function keysOf(selector: unknown): readonly string[] {
  return isObject(selector) ? Object.keys(selector) : [];
}

function keysOfNodeAffinity(affinity: unknown): readonly string[] {
  const terms = [
    ...arrayAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'),
    ...arrayAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) =>
      valueAt(entry, 'preference'),
    ),
  ];
  return terms
    .flatMap((term) => arrayAt(term, 'matchExpressions'))
    .flatMap((expression) => stringAt(expression, 'key') ?? []);
}

function topologyKeys(spec: unknown): readonly string[] {
  const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...arrayAt(spec, 'affinity', kind, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...arrayAt(spec, 'affinity', kind, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) =>
      valueAt(entry, 'podAffinityTerm'),
    ),
  ]);
  return [...arrayAt(spec, 'topologySpreadConstraints'), ...affinities].flatMap(
    (entry) => stringAt(entry, 'topologyKey') ?? [],
  );
}
