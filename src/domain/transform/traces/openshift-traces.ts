import { annotation, caBundles, type ControllerTrace } from './controller-trace.ts';

const ofCatalog = 'a record of the service catalog: the objects that it created travel themselves';

/** Controllers of OpenShift. */
export const openshiftTraces: readonly ControllerTrace[] = [
  {
    controller: 'OpenShift service CA operator',
    source: 'openshift/service-ca-operator pkg/controller/api/api.go',
    plugin: 'OpenShiftPlugin',
    kinds: ['Service'],
    annotations: [
      'service.alpha.openshift.io/serving-cert-generation-error',
      'service.alpha.openshift.io/serving-cert-generation-error-num',
      'service.alpha.openshift.io/serving-cert-signed-by',
      'service.beta.openshift.io/serving-cert-generation-error',
      'service.beta.openshift.io/serving-cert-generation-error-num',
      'service.beta.openshift.io/serving-cert-signed-by',
    ],
  },
  {
    controller: 'OpenShift service CA operator, in the Secrets that it fills',
    source: 'openshift/service-ca-operator pkg/controller/api/api.go',
    plugin: 'OpenShiftPlugin',
    kinds: ['Secret'],
    annotations: [
      'service.alpha.openshift.io/expiry',
      'service.alpha.openshift.io/originating-service-name',
      'service.alpha.openshift.io/originating-service-uid',
      'service.beta.openshift.io/expiry',
      'service.beta.openshift.io/originating-service-name',
      'service.beta.openshift.io/originating-service-uid',
    ],
  },
  {
    controller: 'OpenShift service CA operator, CA bundle injectors',
    source: 'openshift/service-ca-operator pkg/controller/cabundleinjector',
    plugin: 'OpenShiftPlugin',
    fields: [{ kinds: ['ConfigMap'], path: ['data', 'service-ca.crt'] }, ...caBundles].map((field) => ({
      ...field,
      marks: [
        annotation('service.beta.openshift.io/inject-cabundle'),
        annotation('service.alpha.openshift.io/inject-cabundle'),
      ],
      value: 'true',
    })),
  },
  {
    controller: 'OpenShift cluster network operator, trusted CA bundle injector',
    source: 'openshift/cluster-network-operator pkg/names/names.go TRUSTED_CA_BUNDLE_CONFIGMAP_LABEL',
    plugin: 'OpenShiftPlugin',
    fields: [
      {
        kinds: ['ConfigMap'],
        marks: [['metadata', 'labels', 'config.openshift.io/inject-trusted-cabundle']],
        value: 'true',
        path: ['data', 'ca-bundle.crt'],
      },
    ],
  },
  {
    controller: 'OpenShift router',
    source: 'openshift/api route/v1/legacy.go; openshift/library-go pkg/route/hostassignment',
    annotations: ['openshift.io/host.generated'],
    keeps: true,
  },
  {
    controller: 'OpenShift image controller',
    source: 'openshift/api image/v1/consts.go DockerImageRepositoryCheckAnnotation',
    annotations: ['openshift.io/image.dockerRepositoryCheck'],
  },
  {
    controller: 'OpenShift image registry pull secret controller',
    source: 'openshift/openshift-controller-manager pkg/internalregistry/controllers',
    annotations: ['openshift.io/internal-registry-pull-secret-ref'],
  },
  {
    controller: 'OpenShift namespace security allocation controller',
    source: 'openshift/api security/v1/consts.go',
    annotations: [
      'openshift.io/sa.scc.mcs',
      'openshift.io/sa.scc.supplemental-groups',
      'openshift.io/sa.scc.uid-range',
    ],
    keeps: true,
  },
  {
    controller: 'OpenShift admission and OVN-Kubernetes, Multus',
    source: 'openshift/api security/v1/consts.go; ovn-org/ovn-kubernetes go-controller/pkg/util/pod_annotation.go',
    plugin: 'OpenShiftPlugin',
    kinds: ['Pod'],
    annotations: [
      'k8s.ovn.org/',
      'k8s.v1.cni.cncf.io/network-status',
      'k8s.v1.cni.cncf.io/networks-status',
      'openshift.io/scc',
      'security.openshift.io/',
    ],
  },
  {
    controller: 'OpenShift build controller',
    source: 'openshift/api build/v1/types.go Build',
    plugin: 'OpenShiftPlugin',
    leavesOut: { 'Build.build.openshift.io': 'a record of the source: a BuildConfig creates builds again' },
  },
  {
    controller: 'OpenShift template instance controller and template service broker',
    source: 'openshift/api template/v1/consts.go TemplateInstanceOwner, TemplateInstanceFinalizer',
    labels: ['template.openshift.io/template-instance-owner'],
    finalizers: ['template.openshift.io/finalizer'],
    leavesOut: {
      'TemplateInstance.template.openshift.io':
        'a record of a template that was processed: the objects that it created travel themselves',
      'BrokerTemplateInstance.template.openshift.io': ofCatalog,
    },
  },
  {
    controller: 'OpenShift cluster quota reconciler',
    source: 'https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/schedule_and_quota_apis/',
    plugin: 'OpenShiftPlugin',
    leavesOut: {
      'AppliedClusterResourceQuota.quota.openshift.io':
        'a view of a ClusterResourceQuota: cluster administrators create that one',
    },
  },
  {
    controller: 'service catalog',
    source: 'kubernetes-retired/service-catalog pkg/apis/servicecatalog/v1beta1/types.go FinalizerServiceCatalog',
    finalizers: ['kubernetes-incubator/service-catalog'],
    leavesOut: {
      'ServiceInstance.servicecatalog.k8s.io': ofCatalog,
      'ServiceBinding.servicecatalog.k8s.io': ofCatalog,
    },
  },
];
