import type { Path } from '../core/json-object.ts';
import { operatorReferences } from './operator-references.ts';
import { namespacesAt, objectsAt, selectorsAt, type ReferenceRow } from './reference-row.ts';
import { secretMakers } from './secret-maker-references.ts';

const gateway = 'gateway.networking.k8s.io';
const gateways = ['Gateway', 'ListenerSet', 'XListenerSet'].map(
  (kind) => `${kind}.${kind.startsWith('X') ? 'gateway.networking.x-k8s.io' : gateway}`,
);
const routes = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${kind}.${gateway}`);

/** https://gateway-api.sigs.k8s.io/reference/spec/ */
const gatewayApi: readonly ReferenceRow[] = [
  ...objectsAt(routes, 'Gateway', ['spec', 'parentRefs', '*', 'name']),
  ...objectsAt(
    routes,
    'Service',
    ['spec', 'rules', '*', 'backendRefs', '*', 'name'],
    ['spec', 'rules', '*', 'filters', '*', 'requestMirror', 'backendRef', 'name'],
  ),
  ...objectsAt(gateways, 'Secret', ['spec', 'listeners', '*', 'tls', 'certificateRefs', '*', 'name']),
  ...objectsAt(
    gateways,
    'ConfigMap',
    ['spec', 'listeners', '*', 'tls', 'frontendValidation', 'caCertificateRefs', '*', 'name'],
    ['spec', 'infrastructure', 'parametersRef', 'name'],
  ),
  ...selectorsAt(
    gateways,
    ['spec', 'listeners', '*', 'allowedRoutes', 'namespaces', 'selector'],
    ['spec', 'allowedListeners', 'namespaces', 'selector'],
  ),
  ...objectsAt(gateways.slice(1), 'Gateway', ['spec', 'parentRef', 'name']),
  ...namespacesAt([`ReferenceGrant.${gateway}`], ['spec', 'from', '*', 'namespace']),
  ...objectsAt([`BackendTLSPolicy.${gateway}`], 'Service', ['spec', 'targetRefs', '*', 'name']),
  ...objectsAt([`BackendTLSPolicy.${gateway}`], 'ConfigMap', ['spec', 'validation', 'caCertificateRefs', '*', 'name']),
];

/** https://keda.sh/docs/latest/reference/ and kubernetes/autoscaler vertical-pod-autoscaler. */
const autoscalers: readonly ReferenceRow[] = [
  ...objectsAt(['VerticalPodAutoscaler.autoscaling.k8s.io'], 'Deployment', ['spec', 'targetRef', 'name']),
  ...objectsAt(['ScaledObject.keda.sh'], 'Deployment', ['spec', 'scaleTargetRef', 'name']),
  ...objectsAt(['ScaledObject.keda.k8s.io'], 'Deployment', ['spec', 'scaleTargetRef', 'deploymentName']),
  ...objectsAt(['ScaledObject.keda.sh', 'ScaledJob.keda.sh'], 'TriggerAuthentication', [
    'spec',
    'triggers',
    '*',
    'authenticationRef',
    'name',
  ]),
  ...objectsAt(
    ['TriggerAuthentication.keda.sh'],
    'Secret',
    ['spec', 'secretTargetRef', '*', 'name'],
    ['spec', 'azureKeyVault', 'credentials', 'clientSecret', 'valueFrom', 'secretKeyRef', 'name'],
  ),
  ...objectsAt(['TriggerAuthentication.keda.sh'], 'ServiceAccount', [
    'spec',
    'hashiCorpVault',
    'credential',
    'serviceAccount',
  ]),
  ...objectsAt(['TriggerAuthentication.keda.sh'], 'ConfigMap', ['spec', 'configMapTargetRef', '*', 'name']),
];

const routesOfMesh = ['http', 'tcp', 'tls'].map((field): Path => ['spec', field, '*', 'route', '*', 'destination']);
const hostsOfMesh: readonly Path[] = [
  ['spec', 'hosts', '*'],
  ['spec', 'host'],
  ...routesOfMesh.map((path) => [...path, 'host']),
  ['spec', 'http', '*', 'mirror', 'host'],
  ['spec', 'http', '*', 'mirrors', '*', 'destination', 'host'],
  ['spec', 'rules', '*', 'to', '*', 'operation', 'hosts', '*'],
];
const meshKinds = ['VirtualService', 'DestinationRule', 'ServiceEntry'].map((kind) => `${kind}.networking.istio.io`);
const policy = ['AuthorizationPolicy.security.istio.io'];
const source: Path = ['spec', 'rules', '*', 'from', '*', 'source'];

/** https://istio.io/latest/docs/reference/config/ */
const istio: readonly ReferenceRow[] = [
  ...hostsOfMesh.map((path): ReferenceRow => ({ kinds: [...meshKinds, ...policy], path, form: 'host', to: 'Service' })),
  { kinds: meshKinds, path: ['spec', 'gateways', '*'], form: 'namespace/host' },
  ...namespacesAt(meshKinds, ['spec', 'exportTo', '*']),
  ...objectsAt(['VirtualService.networking.istio.io'], 'VirtualService', ['spec', 'http', '*', 'delegate', 'name']),
  ...objectsAt(['Gateway.networking.istio.io'], 'Secret', ['spec', 'servers', '*', 'tls', 'credentialName']),
  ...objectsAt(['DestinationRule.networking.istio.io'], 'Secret', ['spec', 'trafficPolicy', 'tls', 'credentialName']),
  ...objectsAt(['WorkloadEntry.networking.istio.io'], 'ServiceAccount', ['spec', 'serviceAccount']),
  ...objectsAt(policy, 'Gateway', ['spec', 'targetRefs', '*', 'name'], ['spec', 'targetRef', 'name']),
  { kinds: ['Gateway.networking.istio.io'], path: ['spec', 'servers', '*', 'hosts', '*'], form: 'namespace/host' },
  { kinds: ['Sidecar.networking.istio.io'], path: ['spec', 'egress', '*', 'hosts', '*'], form: 'namespace/host' },
  ...namespacesAt(policy, [...source, 'namespaces', '*'], [...source, 'notNamespaces', '*']),
  ...['principals', 'notPrincipals'].map(
    (field): ReferenceRow => ({
      kinds: policy,
      path: [...source, field, '*'],
      form: 'principal',
      to: 'ServiceAccount',
    }),
  ),
];

const sources = ['PingSource', 'ApiServerSource', 'ContainerSource', 'SinkBinding'].map(
  (kind) => `${kind}.sources.knative.dev`,
);

/** https://knative.dev/docs/eventing/reference/eventing-api/ and serving-api. */
const knative: readonly ReferenceRow[] = [
  ...objectsAt(['Trigger.eventing.knative.dev'], 'Broker', ['spec', 'broker']),
  ...objectsAt(['Trigger.eventing.knative.dev', 'Subscription.messaging.knative.dev'], 'Service', [
    'spec',
    'subscriber',
    'ref',
    'name',
  ]),
  ...objectsAt(['Subscription.messaging.knative.dev'], 'Channel', ['spec', 'channel', 'name']),
  ...objectsAt(['Subscription.messaging.knative.dev'], 'Service', ['spec', 'reply', 'ref', 'name']),
  ...objectsAt(['Broker.eventing.knative.dev'], 'ConfigMap', ['spec', 'config', 'name']),
  ...objectsAt(['Broker.eventing.knative.dev', 'Trigger.eventing.knative.dev'], 'Service', [
    'spec',
    'delivery',
    'deadLetterSink',
    'ref',
    'name',
  ]),
  ...objectsAt(sources, 'Service', ['spec', 'sink', 'ref', 'name']),
  ...objectsAt(['SinkBinding.sources.knative.dev'], 'Deployment', ['spec', 'subject', 'name']),
  ...objectsAt(['DomainMapping.serving.knative.dev'], 'Service', ['spec', 'ref', 'name']),
  ...objectsAt(
    ['Sequence.flows.knative.dev', 'Parallel.flows.knative.dev'],
    'Service',
    ['spec', 'steps', '*', 'ref', 'name'],
    ['spec', 'branches', '*', 'subscriber', 'ref', 'name'],
    ['spec', 'branches', '*', 'filter', 'ref', 'name'],
    ['spec', 'reply', 'ref', 'name'],
  ),
];

const rollout = ['Rollout.argoproj.io'];
const trafficRouting: Path = ['spec', 'strategy', 'canary', 'trafficRouting'];

/** https://argo-cd.readthedocs.io/, https://argo-rollouts.readthedocs.io/, https://argo-workflows.readthedocs.io/ */
const argo: readonly ReferenceRow[] = [
  ...namespacesAt(['Application.argoproj.io'], ['spec', 'destination', 'namespace']),
  ...namespacesAt(['ApplicationSet.argoproj.io'], ['spec', 'template', 'spec', 'destination', 'namespace']),
  ...namespacesAt(
    ['AppProject.argoproj.io'],
    ['spec', 'destinations', '*', 'namespace'],
    ['spec', 'sourceNamespaces', '*'],
  ),
  ...objectsAt(rollout, 'Deployment', ['spec', 'workloadRef', 'name']),
  ...objectsAt(
    rollout,
    'Service',
    ...['stableService', 'canaryService'].map((field): Path => ['spec', 'strategy', 'canary', field]),
    ...['activeService', 'previewService'].map((field): Path => ['spec', 'strategy', 'blueGreen', field]),
  ),
  ...objectsAt(
    rollout,
    'AnalysisTemplate',
    ['spec', 'strategy', 'canary', 'analysis', 'templates', '*', 'templateName'],
    ['spec', 'strategy', 'canary', 'steps', '*', 'analysis', 'templates', '*', 'templateName'],
    ['spec', 'strategy', 'blueGreen', 'prePromotionAnalysis', 'templates', '*', 'templateName'],
    ['spec', 'strategy', 'blueGreen', 'postPromotionAnalysis', 'templates', '*', 'templateName'],
  ),
  ...objectsAt(rollout, 'VirtualService', [...trafficRouting, 'istio', 'virtualService', 'name']),
  ...objectsAt(rollout, 'DestinationRule', [...trafficRouting, 'istio', 'destinationRule', 'name']),
  ...objectsAt(
    rollout,
    'Ingress',
    [...trafficRouting, 'nginx', 'stableIngress'],
    [...trafficRouting, 'alb', 'ingress'],
  ),
  ...objectsAt(['Workflow.argoproj.io'], 'WorkflowTemplate', ['spec', 'workflowTemplateRef', 'name']),
  ...objectsAt(['CronWorkflow.argoproj.io'], 'WorkflowTemplate', [
    'spec',
    'workflowSpec',
    'workflowTemplateRef',
    'name',
  ]),
  ...objectsAt(['Workflow.argoproj.io'], 'ServiceAccount', ['spec', 'serviceAccountName']),
  ...objectsAt(['CronWorkflow.argoproj.io'], 'ServiceAccount', ['spec', 'workflowSpec', 'serviceAccountName']),
];

const monitors = ['ServiceMonitor', 'PodMonitor'].map((kind) => `${kind}.monitoring.coreos.com`);
const fluxKinds = ['Kustomization.kustomize.toolkit.fluxcd.io', 'HelmRelease.helm.toolkit.fluxcd.io'];
const traefik = ['IngressRoute.traefik.io', 'IngressRoute.traefik.containo.us'];

/** Prometheus operator, Flux, Traefik and Cilium, by their references. */
const others: readonly ReferenceRow[] = [
  ...namespacesAt(monitors, ['spec', 'namespaceSelector', 'matchNames', '*']),
  ...selectorsAt(
    ['Prometheus.monitoring.coreos.com'],
    ...['serviceMonitorNamespaceSelector', 'podMonitorNamespaceSelector', 'ruleNamespaceSelector'].map(
      (field): Path => ['spec', field],
    ),
  ),
  ...namespacesAt(fluxKinds, ['spec', 'targetNamespace'], ['spec', 'storageNamespace']),
  ...namespacesAt(fluxKinds, ['spec', 'sourceRef', 'namespace'], ['spec', 'chart', 'spec', 'sourceRef', 'namespace']),
  ...['middlewares', 'tls.options'].map(
    (key): ReferenceRow => ({
      kinds: ['Ingress.networking.k8s.io'],
      path: ['metadata', 'annotations', `traefik.ingress.kubernetes.io/router.${key}`],
      form: 'prefixed',
    }),
  ),
  ...objectsAt(traefik, 'Service', ['spec', 'routes', '*', 'services', '*', 'name']),
  ...objectsAt(traefik, 'Middleware', ['spec', 'routes', '*', 'middlewares', '*', 'name']),
  ...objectsAt(traefik, 'Secret', ['spec', 'tls', 'secretName']),
  ...['ingress', 'egress'].flatMap((side) =>
    ['fromEndpoints', 'toEndpoints'].map(
      (peers): ReferenceRow => ({
        kinds: ['CiliumNetworkPolicy.cilium.io'],
        path: ['spec', side, '*', peers, '*', 'matchLabels', 'k8s:io.kubernetes.pod.namespace'],
        form: 'namespace',
      }),
    ),
  ),
];

/** Custom kinds that many clusters have. */
export const customReferences: readonly ReferenceRow[] = [
  ...gatewayApi,
  ...autoscalers,
  ...secretMakers,
  ...istio,
  ...knative,
  ...argo,
  ...others,
  ...operatorReferences,
];
