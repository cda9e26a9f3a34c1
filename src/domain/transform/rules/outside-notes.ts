import { arrayAt, ownValue, stringAt } from '../../core/json-object.ts';
import { cloudIdentityOf } from './cloud-identities.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';
import { keyOf, kindOf, type Resource, textsAt } from '../../kube/resource.ts';

const aws = 'service.beta.kubernetes.io/aws-load-balancer-';
const alb = 'alb.ingress.kubernetes.io/';
const azure = 'service.beta.kubernetes.io/azure-';

/** Annotations by which a load balancer gets addresses, networks or certificates that were made beforehand. */
const places: readonly string[] = [
  // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/
  ...[
    'eip-allocations',
    'extra-security-groups',
    'private-ipv4-addresses',
    'security-groups',
    'ssl-cert',
    'subnets',
  ].map((name) => `${aws}${name}`),
  ...['certificate-arn', 'security-groups', 'subnets', 'waf-acl-id', 'wafv2-acl-arn'].map((name) => `${alb}${name}`),
  // https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/
  ...['load-balancer-internal-subnet', 'load-balancer-ipv4', 'load-balancer-resource-group', 'pip-name'].map(
    (name) => `${azure}${name}`,
  ),
  // https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
  'ingress.gcp.kubernetes.io/pre-shared-cert',
  'kubernetes.io/ingress.global-static-ip-name',
  'kubernetes.io/ingress.regional-static-ip-name',
  'networking.gke.io/load-balancer-ip-addresses',
  'networking.gke.io/load-balancer-subnet',
  // https://metallb.io/usage/, https://kube-vip.io, https://docs.cilium.io/en/stable/network/lb-ipam/, OpenStack
  'kube-vip.io/loadbalancerIPs',
  'lbipam.cilium.io/ips',
  'loadbalancer.openstack.org/network-id',
  'loadbalancer.openstack.org/subnet-id',
  'metallb.io/address-pool',
  'metallb.io/loadBalancerIPs',
  'metallb.universe.tf/address-pool',
  'metallb.universe.tf/loadBalancerIPs',
];

const shownAddresses = 5;

/** Groups whose objects stand for things of a cloud: AWS controllers, Config Connector, Azure Service Operator. */
const cloudGroups = /\.(?:services\.k8s\.aws|cnrm\.cloud\.google\.com|azure\.com)$/;

/** Reports what an object has or manages outside of its cluster: the destination may lack it, or both would change it. */
export function noteOutside(resource: Resource): readonly string[] {
  const annotations = textsAt(resource, 'annotations');
  return [
    ...noteAddresses(resource),
    ...places
      .filter((key) => Object.hasOwn(annotations, key))
      .map((key) => `asks its load balancer for what belongs to the source (${key}): the destination may lack it`),
    ...noteNames(annotations),
    ...noteIdentity(resource),
    ...noteCloud(resource, annotations),
    ...noteCopies(resource),
    ...noteNetwork(resource),
    ...noteIdled(resource, annotations),
  ];
}

function noteAddresses(resource: Resource): readonly string[] {
  switch (kindOf(resource)) {
    case 'Service': {
      const isBalanced = stringAt(resource, 'spec', 'type') === 'LoadBalancer';
      // Those of a load balancer are removed.
      const external = isBalanced ? [] : arrayAt(resource, 'spec', 'externalIPs');
      return [stringAt(resource, 'spec', 'loadBalancerIP') ?? '', ...external]
        .filter((address) => typeof address === 'string' && address !== '')
        .map((address) => `asks for the address ${String(address)}, which may belong to the network of the source`);
    }
    case 'TargetGroupBinding.elbv2.k8s.aws': {
      const group = stringAt(resource, 'spec', 'targetGroupARN');
      return group === undefined ? [] : [`leads Pods to the target group ${group}, which may be that of the source`];
    }
    default:
      return [];
  }
}

/** Addresses outside of the application by which it finds others: the network of the destination may have others there. */
function noteNetwork(resource: Resource): readonly string[] {
  const specs = podSpecsOf(resource).map(({ spec }) => spec);
  const servers = specs.flatMap((spec) => arrayAt(spec, 'dnsConfig', 'nameservers'));
  const mapped = specs.flatMap((spec) => arrayAt(spec, 'hostAliases')).map((entry) => stringAt(entry, 'ip') ?? '');
  const named: readonly (readonly [text: string, found: readonly unknown[]])[] = [
    ['asks the name servers', servers],
    ['has names for the addresses', mapped],
    ['leads to the addresses', endpointsOf(resource)],
  ];
  return named.flatMap(([text, found]) => {
    const addresses = [...new Set(found)].filter((each) => typeof each === 'string' && each !== '');
    const shown = addresses.slice(0, shownAddresses).join(', ');
    const more = addresses.length > shownAddresses ? ` and ${String(addresses.length - shownAddresses)} more` : '';
    return addresses.length === 0 ? [] : [`${text} ${shown}${more}: the destination must reach them`];
  });
}

/** The addresses of endpoints that travel: a user wrote them, for a Service without a selector. */
function endpointsOf(resource: Resource): readonly unknown[] {
  switch (kindOf(resource)) {
    case 'Endpoints':
      return arrayAt(resource, 'subsets').flatMap((subset) =>
        arrayAt(subset, 'addresses').map((entry) => stringAt(entry, 'ip')),
      );
    case 'EndpointSlice.discovery.k8s.io':
      return arrayAt(resource, 'endpoints').flatMap((entry) => arrayAt(entry, 'addresses'));
    default:
      return [];
  }
}

function noteIdentity(resource: Resource): readonly string[] {
  if (kindOf(resource) !== 'Pod') return [];
  const { volumes, variables } = cloudIdentityOf(resource);
  if (volumes.size === 0) return [];
  const names = [...volumes, ...variables].join(', ');
  return [`is made without what a webhook of its cloud adds (${names}): its ServiceAccount needs an identity there`];
}

// https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
function noteNames(annotations: Readonly<Record<string, string>>): readonly string[] {
  const names = ownValue(annotations, 'external-dns.alpha.kubernetes.io/hostname');
  return typeof names === 'string' ? [`external-dns of both clusters would write the DNS records of ${names}`] : [];
}

function noteCloud(resource: Resource, annotations: Readonly<Record<string, string>>): readonly string[] {
  const isOutside =
    cloudGroups.test(keyOf(resource).group) || Object.hasOwn(annotations, 'crossplane.io/external-name');
  return isOutside
    ? ['stands for something outside of the cluster: the controllers of both clusters would manage it']
    : [];
}

/** What kinds do that copy the content of an application to a place outside of its cluster, or from there. */
const copies: Readonly<Record<string, string>> = {
  // https://external-secrets.io/latest/api/pushsecret/
  'PushSecret.external-secrets.io': 'the controllers of both clusters would write its Secrets to the same store',
  'ClusterPushSecret.external-secrets.io': 'the controllers of both clusters would write its Secrets to the same store',
  // https://volsync.readthedocs.io/en/stable/usage/
  'ReplicationSource.volsync.backube': 'copies its claim from both clusters to the same place',
  'ReplicationDestination.volsync.backube': 'writes its copy into a claim again, over what was moved',
};

function noteCopies(resource: Resource): readonly string[] {
  const note = ownValue(copies, kindOf(resource));
  return typeof note === 'string' ? [note] : [];
}

// https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/building_applications/idling-applications
function noteIdled(resource: Resource, annotations: Readonly<Record<string, string>>): readonly string[] {
  const scale = ownValue(annotations, 'idling.alpha.openshift.io/previous-scale');
  if (typeof scale !== 'string' || resource.kind === 'Service') return [];
  return [`was idled at the source: set its replicas to ${scale} where nothing wakes it`];
}
