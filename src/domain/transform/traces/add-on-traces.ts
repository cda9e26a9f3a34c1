import { annotation, caBundles, type ControllerTrace } from './controller-trace.ts';

/** Controllers of clouds. */
const clouds: readonly ControllerTrace[] = [
  {
    controller: 'ingress-gce',
    source: 'kubernetes/ingress-gce pkg/loadbalancers/l7.go getFrontendAnnotations, pkg/utils/common/finalizer.go',
    kinds: ['Ingress.networking.k8s.io'],
    annotations: [
      'ingress.kubernetes.io/backends',
      'ingress.kubernetes.io/forwarding-rule',
      'ingress.kubernetes.io/https-forwarding-rule',
      'ingress.kubernetes.io/https-target-proxy',
      'ingress.kubernetes.io/redirect-url-map',
      'ingress.kubernetes.io/ssl-cert',
      'ingress.kubernetes.io/static-ip',
      'ingress.kubernetes.io/target-proxy',
      'ingress.kubernetes.io/url-map',
    ],
    finalizers: ['networking.gke.io/ingress-finalizer', 'networking.gke.io/ingress-finalizer-V2'],
  },
  {
    controller: 'ingress-gce, for Services',
    source: 'kubernetes/ingress-gce pkg/annotations/service.go, pkg/forwardingrules, pkg/utils/common/finalizer.go',
    kinds: ['Service'],
    annotations: [
      'cloud.google.com/neg-status',
      'service.kubernetes.io/backend-service',
      'service.kubernetes.io/firewall-rule',
      'service.kubernetes.io/firewall-rule-for-hc',
      'service.kubernetes.io/firewall-rule-for-hc-ipv6',
      'service.kubernetes.io/firewall-rule-ipv6',
      'service.kubernetes.io/healthcheck',
      'service.kubernetes.io/l3-forwarding-rule',
      'service.kubernetes.io/l3-forwarding-rule-ipv6',
      'service.kubernetes.io/tcp-forwarding-rule',
      'service.kubernetes.io/tcp-forwarding-rule-ipv6',
      'service.kubernetes.io/udp-forwarding-rule',
      'service.kubernetes.io/udp-forwarding-rule-ipv6',
    ],
    finalizers: [
      'gke.networking.io/l4-ilb-v1',
      'gke.networking.io/l4-ilb-v2',
      'gke.networking.io/l4-netlb-v1',
      'gke.networking.io/l4-netlb-v2',
      'networking.gke.io/neg-finalizer',
    ],
  },
  {
    controller: 'Gateway controller of GKE',
    source:
      'https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways, as `kubectl describe gateway` shows',
    kinds: ['Gateway.gateway.networking.k8s.io'],
    annotations: [
      'addresses',
      'backend-services',
      'firewalls',
      'forwarding-rules',
      'health-checks',
      'last-reconcile-time',
      'lb-route-extensions',
      'lb-traffic-extensions',
      'ssl-certificates',
      'target-http-proxies',
      'target-https-proxies',
      'target-proxies',
      'url-maps',
    ].map((name) => `networking.gke.io/${name}`),
    finalizers: ['gateway.finalizer.networking.gke.io'],
  },
  {
    controller: 'AWS Load Balancer Controller',
    source: 'kubernetes-sigs/aws-load-balancer-controller pkg/k8s/finalizer.go, pkg/ingress/group.go',
    finalizers: [
      'elbv2.k8s.aws/resources',
      'group.ingress.k8s.aws/',
      'ingress.k8s.aws/resources',
      'service.k8s.aws/resources',
    ],
  },
  {
    controller: 'service controller of AWS, Azure, Google and other clouds',
    source: 'kubernetes/cloud-provider service/helpers/helper.go LoadBalancerCleanupFinalizer',
    finalizers: ['service.kubernetes.io/load-balancer-cleanup'],
  },
  {
    controller: 'DigitalOcean cloud controller manager',
    source:
      'digitalocean/digitalocean-cloud-controller-manager docs/controllers/services/annotations.md load-balancer-id',
    kinds: ['Service'],
    annotations: ['kubernetes.digitalocean.com/load-balancer-id'],
  },
  {
    controller: 'Amazon VPC resource controller and Fargate',
    source:
      'aws/amazon-vpc-resource-controller-k8s pkg/config/type.go; docs.aws.amazon.com/eks fargate-pod-configuration',
    kinds: ['Pod'],
    annotations: ['CapacityProvisioned', 'vpc.amazonaws.com/pod-eni', 'vpc.amazonaws.com/pod-ips'],
  },
  {
    controller: 'GKE Autopilot and cluster autoscaler',
    source: 'https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests',
    annotations: [
      'autopilot.gke.io/resource-adjustment',
      'autopilot.gke.io/warden-version',
      'cloud.google.com/cluster_autoscaler_unhelpable_since',
      'cloud.google.com/cluster_autoscaler_unhelpable_until',
    ],
  },
  {
    controller: 'OpenStack cloud controller manager',
    source:
      'kubernetes/cloud-provider-openstack docs/openstack-cloud-controller-manager/expose-applications-using-loadbalancer-type-service.md',
    kinds: ['Service'],
    annotations: ['loadbalancer.openstack.org/load-balancer-address', 'loadbalancer.openstack.org/load-balancer-id'],
  },
  {
    controller: 'Exoscale cloud controller manager',
    source: 'exoscale/exoscale-cloud-controller-manager docs/service-loadbalancer.md exoscale-loadbalancer-id',
    kinds: ['Service'],
    annotations: ['service.beta.kubernetes.io/exoscale-loadbalancer-id'],
  },
  {
    controller: 'Scaleway cloud controller manager',
    source: 'scaleway/scaleway-cloud-controller-manager docs/loadbalancer-annotations.md scw-loadbalancer-id',
    kinds: ['Service'],
    annotations: ['service.beta.kubernetes.io/scw-loadbalancer-id'],
  },
  {
    controller: 'Rancher',
    source: 'rancher/rancher pkg/controllers/managementagent/endpoints; rancher/wrangler pkg/apply/desiredset.go',
    annotations: ['field.cattle.io/publicEndpoints', 'objectset.rio.cattle.io/'],
    labels: ['objectset.rio.cattle.io/'],
    finalizers: ['controller.cattle.io/'],
  },
];

/** Controllers that users install, and these programs. */
const addOns: readonly ControllerTrace[] = [
  {
    controller: 'Istio sidecar injector',
    source: 'istio/api annotation/annotations.yaml, label/labels.yaml; istio/istio pkg/kube/inject',
    kinds: ['Pod'],
    annotations: ['sidecar.istio.io/status'],
    labels: ['security.istio.io/tlsMode'],
  },
  {
    controller: 'Istio CNI, ambient mode',
    source: 'istio/api annotation/annotations.yaml AmbientRedirection',
    kinds: ['Pod'],
    annotations: ['ambient.istio.io/redirection'],
  },
  {
    controller: 'Linkerd proxy injector',
    source: 'linkerd/linkerd2 pkg/k8s/labels.go CreatedByAnnotation, ControllerNSLabel, WorkloadNamespaceLabel',
    kinds: ['Pod'],
    annotations: ['linkerd.io/created-by', 'linkerd.io/trust-root-sha256'],
    labels: ['linkerd.io/control-plane-ns', 'linkerd.io/workload-ns'],
  },
  {
    controller: 'Kuma sidecar injector',
    source: 'kumahq/kuma pkg/plugins/runtime/k8s/metadata/annotations.go, set by the injector',
    kinds: ['Pod'],
    annotations: ['kuma.io/sidecar-uid'],
  },
  {
    controller: 'cert-manager CA injector',
    source: 'https://cert-manager.io/docs/concepts/ca-injector/',
    fields: caBundles.map((field) => ({
      ...field,
      marks: [
        annotation('cert-manager.io/inject-ca-from'),
        annotation('cert-manager.io/inject-ca-from-secret'),
        annotation('cert-manager.io/inject-apiserver-ca'),
      ],
    })),
  },
  {
    controller: 'Argo CD',
    source: 'https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/',
    annotations: ['argocd.argoproj.io/tracking-id', 'argocd.argoproj.io/installation-id'],
  },
  {
    controller: 'Flux',
    source: 'https://fluxcd.io/flux/components/kustomize/kustomizations/#garbage-collection',
    labels: [
      'helm.toolkit.fluxcd.io/name',
      'helm.toolkit.fluxcd.io/namespace',
      'kustomize.toolkit.fluxcd.io/name',
      'kustomize.toolkit.fluxcd.io/namespace',
    ],
    finalizers: ['finalizers.fluxcd.io'],
  },
  {
    controller: 'Knative Serving',
    source: 'knative/serving pkg/apis/serving/register.go CreatorAnnotation, UpdaterAnnotation',
    annotations: ['serving.knative.dev/creator', 'serving.knative.dev/lastModifier'],
  },
  {
    controller: 'Knative Eventing',
    source: 'knative/eventing pkg/apis/eventing/register.go',
    annotations: ['eventing.knative.dev/creator', 'eventing.knative.dev/lastModifier'],
  },
  {
    controller: 'KEDA',
    source: 'kedacore/keda controllers/keda/scaledobject_finalizer.go, apis/keda/v1alpha1/scaledobject_types.go',
    finalizers: ['finalizer.keda.sh'],
  },
  {
    controller: 'External Secrets Operator',
    source: 'external-secrets/external-secrets apis/externalsecrets/v1/externalsecret_types.go',
    annotations: ['reconcile.external-secrets.io/data-hash'],
    labels: ['reconcile.external-secrets.io/created-by', 'reconcile.external-secrets.io/managed'],
  },
  {
    controller: 'MetalLB',
    source: 'metallb/metallb controller/service.go',
    kinds: ['Service'],
    annotations: ['metallb.io/ip-allocated-from-pool', 'metallb.universe.tf/ip-allocated-from-pool'],
  },
  {
    controller: 'kube-vip',
    source: 'https://kube-vip.io/docs/usage/kubernetes-services/, annotations that it writes',
    kinds: ['Service'],
    annotations: ['kube-vip.io/vipHost'],
  },
  {
    controller: 'Kube-OVN',
    source: 'kubeovn/kube-ovn pkg/util/const.go, addresses that it allocated',
    kinds: ['Pod'],
    annotations: [
      'allocated',
      'cidr',
      'gateway',
      'ip_address',
      'logical_router',
      'mac_address',
      'pod_nic_type',
      'routed',
    ].map((name) => `ovn.kubernetes.io/${name}`),
  },
  {
    // kustomize leaves objects with the first one out of what it builds, and renames or moves those with the others.
    controller: 'kustomize',
    source: 'kubernetes-sigs/kustomize kyaml/kio/filters/local.go, api/internal/utils/annotations.go',
    annotations: ['config.kubernetes.io/local-config', 'internal.config.kubernetes.io/'],
  },
  { controller: 'crane-tasks', source: 'docs/recovery.md', annotations: ['crane-tasks.dev/'], keeps: true },
];

/** Controllers of clouds, those that users install, and these programs. */
export const addOnTraces: readonly ControllerTrace[] = [...clouds, ...addOns];
