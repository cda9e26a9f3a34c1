import type { Conversion } from './conversion-row.ts';
import { convertCertificate, convertIssuer } from './convert-certificate.ts';
import { convertKustomization, convertScaledObject } from './convert-custom.ts';

const istioNetworking = [
  'DestinationRule',
  'Gateway',
  'ServiceEntry',
  'Sidecar',
  'VirtualService',
  'WorkloadEntry',
  'WorkloadGroup',
];
const traefikKinds = [
  'IngressRoute',
  'IngressRouteTCP',
  'IngressRouteUDP',
  'Middleware',
  'MiddlewareTCP',
  'ServersTransport',
  'TLSOption',
  'TLSStore',
  'TraefikService',
];
const isStillServed = true;
const beforeCertManagerV1 = ['v1alpha2', 'v1alpha3', 'v1beta1'];

/** Versions of kinds of other projects than Kubernetes, by what their authors say of them. Some clusters still serve each. */
export const customConversions: readonly Conversion[] = [
  // https://cert-manager.io/docs/releases/upgrading/remove-deprecated-apis/
  { ...toV1('cert-manager.io', ['Certificate'], beforeCertManagerV1), convert: convertCertificate },
  { ...toV1('cert-manager.io', ['ClusterIssuer', 'Issuer'], beforeCertManagerV1), convert: convertIssuer },
  // https://keda.sh/docs/latest/migration/
  { from: ['ScaledObject.keda.k8s.io/v1alpha1'], to: 'keda.sh/v1alpha1', convert: convertScaledObject, isStillServed },
  { from: ['TriggerAuthentication.keda.k8s.io/v1alpha1'], to: 'keda.sh/v1alpha1', isStillServed },
  // https://doc.traefik.io/traefik/migrate/v2-to-v3-details/: the new group has the same kinds.
  {
    from: traefikKinds.map((kind) => `${kind}.traefik.containo.us/v1alpha1`),
    to: 'traefik.io/v1alpha1',
    isStillServed,
  },
  toV1('gateway.networking.k8s.io', ['GatewayClass', 'Gateway', 'HTTPRoute'], ['v1alpha2', 'v1beta1']),
  toV1('gateway.networking.k8s.io', ['GRPCRoute'], ['v1alpha2']),
  {
    from: ['ReferenceGrant.gateway.networking.k8s.io/v1alpha2'],
    to: 'gateway.networking.k8s.io/v1beta1',
    isStillServed,
  },
  toV1('networking.istio.io', istioNetworking, ['v1alpha3', 'v1beta1']),
  toV1('security.istio.io', ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'], ['v1beta1']),
  toV1('telemetry.istio.io', ['Telemetry'], ['v1alpha1']),
  toV1(
    'external-secrets.io',
    ['ClusterExternalSecret', 'ClusterSecretStore', 'ExternalSecret', 'SecretStore'],
    ['v1beta1'],
  ),
  toV1('autoscaling.k8s.io', ['VerticalPodAutoscaler'], ['v1beta2']),
  toV1('snapshot.storage.k8s.io', ['VolumeSnapshotClass'], ['v1beta1']),
  toV1('serving.knative.dev', ['Service', 'Route', 'Configuration'], ['v1beta1']),
  toV1('eventing.knative.dev', ['Broker', 'Trigger'], ['v1beta1']),
  toV1('messaging.knative.dev', ['Channel', 'InMemoryChannel', 'Subscription'], ['v1beta1']),
  toV1('flows.knative.dev', ['Parallel', 'Sequence'], ['v1beta1']),
  toV1('sources.knative.dev', ['ApiServerSource', 'ContainerSource', 'SinkBinding'], ['v1beta1']),
  toV1('sources.knative.dev', ['PingSource'], ['v1beta2']),
  // https://fluxcd.io/flux/releases/: what became v1 and v2.
  toV1(
    'source.toolkit.fluxcd.io',
    ['Bucket', 'GitRepository', 'HelmChart', 'HelmRepository', 'OCIRepository'],
    ['v1beta2'],
  ),
  { ...toV1('kustomize.toolkit.fluxcd.io', ['Kustomization'], ['v1beta2']), convert: convertKustomization },
  { from: ['HelmRelease.helm.toolkit.fluxcd.io/v2beta2'], to: 'helm.toolkit.fluxcd.io/v2', isStillServed },
  // OpenShift 3 served its kinds in the core group too (/oapi/v1).
  legacyOpenshift('apps.openshift.io', ['DeploymentConfig']),
  legacyOpenshift('build.openshift.io', ['BuildConfig']),
  legacyOpenshift('image.openshift.io', ['ImageStream', 'ImageStreamTag']),
  legacyOpenshift('route.openshift.io', ['Route']),
  legacyOpenshift('template.openshift.io', ['Template']),
];

function toV1(group: string, kinds: readonly string[], versions: readonly string[]): Conversion {
  const from = kinds.flatMap((kind) => versions.map((version) => `${kind}.${group}/${version}`));
  return { from, to: `${group}/v1`, isStillServed };
}

function legacyOpenshift(group: string, kinds: readonly string[]): Conversion {
  return { from: kinds.map((kind) => `${kind}.v1`), to: `${group}/v1`, isStillServed };
}
