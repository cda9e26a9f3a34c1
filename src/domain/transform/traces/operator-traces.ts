import type { ControllerTrace } from './controller-trace.ts';

const ofReports = 'a report about objects of the source: its controller writes one for those of the destination';
const ofPod = 'a record of the source: the state of a Pod';
const chaosKinds = [
  'AWSChaos',
  'AzureChaos',
  'BlockChaos',
  'DNSChaos',
  'GCPChaos',
  'HTTPChaos',
  'IOChaos',
  'JVMChaos',
  'KernelChaos',
  'NetworkChaos',
  'PhysicalMachineChaos',
  'PodChaos',
  'StressChaos',
  'TimeChaos',
].map((kind) => `${kind}.chaos-mesh.org`);

/** Kinds of the reports of one controller, each with the reason for which it is left out. */
function reports(group: string, kinds: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(kinds.map((kind) => [`${kind}.${group}`, ofReports]));
}

/** Operators that write marks into the objects which users give them. */
const operators: readonly ControllerTrace[] = [
  {
    controller: 'Argo Rollouts',
    source: 'argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, utils/annotations, rollout/service.go',
    annotations: [
      'argo-rollouts.argoproj.io/managed-by-rollouts',
      'rollout.argoproj.io/revision',
      'rollout.argoproj.io/workload-generation',
    ],
    fields: [
      {
        kinds: ['Service'],
        marks: [['spec', 'selector', 'rollouts-pod-template-hash']],
        path: ['spec', 'selector', 'rollouts-pod-template-hash'],
      },
    ],
  },
  {
    controller: 'Argo CD, Applications',
    source: 'argoproj/argo-cd pkg/apis/application/v1alpha1/types.go Operation; common AnnotationKeyRefresh',
    kinds: ['Application.argoproj.io'],
    annotations: ['argocd.argoproj.io/hydrate', 'argocd.argoproj.io/refresh'],
    fields: [{ kinds: ['Application.argoproj.io'], marks: [['operation']], path: ['operation'] }],
  },
  {
    controller: 'Argo Workflows',
    source:
      'argoproj/argo-workflows workflow/common/common.go FinalizerArtifactGC; docs/memoization.md, docs/variables.md',
    kinds: ['Workflow.argoproj.io'],
    finalizers: ['workflows.argoproj.io/artifact-gc'],
    leavesOut: Object.fromEntries(
      ['WorkflowArtifactGCTask', 'WorkflowTaskResult', 'WorkflowTaskSet'].map((kind) => [
        `${kind}.argoproj.io`,
        'a record of the source: the state of a Workflow, which begins again',
      ]),
    ),
  },
  {
    controller: 'Tekton Chains and Results',
    source: 'tektoncd/chains pkg/chains/annotations.go; tektoncd/results pkg/watcher/reconciler/annotation',
    kinds: ['CustomRun.tekton.dev', 'PipelineRun.tekton.dev', 'TaskRun.tekton.dev'],
    annotations: ['chains.tekton.dev/retries', 'chains.tekton.dev/signed', 'results.tekton.dev/'],
    finalizers: ['chains.tekton.dev', 'chains.tekton.dev/', 'results.tekton.dev/'],
  },
  {
    controller: 'Crossplane',
    source: 'crossplane/crossplane-runtime pkg/meta/meta.go AnnotationKeyExternalCreate*, FinalizerName constants',
    annotations: [
      'crossplane.io/external-create-failed',
      'crossplane.io/external-create-pending',
      'crossplane.io/external-create-succeeded',
    ],
    finalizers: [
      'composite.apiextensions.crossplane.io',
      'finalizer.apiextensions.crossplane.io',
      'finalizer.managedresource.crossplane.io',
      'in-use.crossplane.io',
    ],
  },
  {
    controller: 'Config Connector, Azure Service Operator',
    source: 'GoogleCloudPlatform/k8s-config-connector pkg/k8s/constants.go; Azure/azure-service-operator v2 genruntime',
    finalizers: [
      'cnrm.cloud.google.com/deletion-defender',
      'cnrm.cloud.google.com/finalizer',
      'serviceoperator.azure.com/finalizer',
    ],
  },
  {
    controller: 'Strimzi',
    source: 'strimzi/strimzi-kafka-operator topic-operator KubernetesHandler FINALIZER',
    finalizers: ['strimzi.io/topic-operator'],
  },
  {
    controller: 'RabbitMQ cluster operator',
    source: 'rabbitmq/cluster-operator controllers/reconcile_finalizer.go',
    finalizers: ['deletion.finalizers.rabbitmqclusters.rabbitmq.com'],
  },
  {
    controller: 'KubeVirt',
    source:
      'kubevirt/api core/v1/types.go VirtualMachineControllerFinalizer, ControllerAPILatestVersionObservedAnnotation',
    annotations: ['kubevirt.io/latest-observed-api-version', 'kubevirt.io/storage-observed-api-version'],
    finalizers: ['kubevirt.io/virtualMachineControllerFinalize', 'foregroundDeleteVirtualMachine'],
    leavesOut: {
      'VirtualMachineInstanceMigration.kubevirt.io': 'moves a virtual machine from one node of the source to another',
    },
  },
  {
    controller: 'object bucket provisioners of Rook and NooBaa',
    source:
      'kube-object-storage/lib-bucket-provisioner pkg/provisioner/controller.go: with the name of its bucket, a claim is not provisioned',
    finalizers: ['objectbucket.io/finalizer'],
    fields: [
      {
        kinds: ['ObjectBucketClaim.objectbucket.io'],
        marks: [['spec', 'objectBucketName']],
        path: ['spec', 'objectBucketName'],
      },
      {
        kinds: ['ObjectBucketClaim.objectbucket.io'],
        marks: [['spec', 'generateBucketName']],
        path: ['spec', 'bucketName'],
      },
    ],
  },
  {
    controller: 'Chaos Mesh',
    source: 'chaos-mesh/chaos-mesh controllers/common/finalizers RecordFinalizer',
    kinds: chaosKinds,
    finalizers: ['chaos-mesh/records'],
  },
  {
    controller: 'Velero',
    source: 'vmware-tanzu/velero pkg/apis/velero/v1/labels_annotations.go, set on what it restores',
    labels: ['velero.io/backup-name', 'velero.io/restore-name'],
  },
  {
    controller: 'Kyverno',
    source: 'kyverno/kyverno pkg/engine/utils; https://kyverno.io/docs/policy-reports/',
    annotations: ['policies.kyverno.io/last-applied-patches'],
    leavesOut: {
      ...reports('kyverno.io', ['AdmissionReport', 'BackgroundScanReport']),
      ...reports('reports.kyverno.io', ['EphemeralReport']),
      'UpdateRequest.kyverno.io': 'a record of the source: a task of its Kyverno',
    },
  },
];

/** Operators of databases and of services for applications. */
const services: readonly ControllerTrace[] = [
  {
    controller: 'Elastic Cloud on Kubernetes',
    source:
      'elastic/cloud-on-k8s pkg/controller/elasticsearch/bootstrap ClusterUUIDAnnotationName: with it, a new cluster elects no first master',
    annotations: [
      'common.k8s.elastic.co/controller-version',
      'eck.k8s.elastic.co/orchestration-hints',
      'elasticsearch.k8s.elastic.co/cluster-uuid',
      'elasticsearch.k8s.elastic.co/initial-master-nodes',
      'elasticsearch.k8s.elastic.co/minimum-master-nodes',
    ],
  },
  {
    controller: 'MongoDB operators',
    source:
      'mongodb/mongodb-kubernetes controllers: lastSuccessfulConfiguration, lastAppliedMongoDBVersion, lastVersion',
    annotations: [
      'mongodb.com/v1.lastAppliedMongoDBVersion',
      'mongodb.com/v1.lastSuccessfulConfiguration',
      'mongodb.com/v1.lastVersion',
    ],
  },
  {
    controller: 'KServe and Open Data Hub',
    source: 'kserve/kserve pkg/controller/v1beta1/inferenceservice/controller.go; opendatahub-io/odh-model-controller',
    kinds: ['InferenceService.serving.kserve.io'],
    finalizers: ['inferenceservice.finalizers', 'odh.inferenceservice.finalizers'],
  },
];

/** Controllers whose own objects are all that they write. */
const writers: readonly ControllerTrace[] = [
  {
    controller: 'policy engines',
    source: 'https://github.com/kubernetes-sigs/wg-policy-prototypes, https://github.com/openreports/reports-api',
    leavesOut: { ...reports('wgpolicyk8s.io', ['PolicyReport']), ...reports('openreports.io', ['Report']) },
  },
  {
    controller: 'Trivy operator',
    source: 'https://aquasecurity.github.io/trivy-operator/latest/docs/crds/',
    leavesOut: reports('aquasecurity.github.io', [
      'ConfigAuditReport',
      'ExposedSecretReport',
      'InfraAssessmentReport',
      'RbacAssessmentReport',
      'SbomReport',
      'VulnerabilityReport',
    ]),
  },
  {
    controller: 'vertical pod autoscaler',
    source: 'kubernetes/autoscaler vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1/types.go',
    leavesOut: { 'VerticalPodAutoscalerCheckpoint.autoscaling.k8s.io': 'a measurement of the source' },
  },
  {
    controller: 'Cilium',
    source: 'https://docs.cilium.io/en/stable/network/kubernetes/ciliumendpoint/',
    leavesOut: { 'CiliumEndpoint.cilium.io': ofPod },
  },
  {
    controller: 'Calico',
    source: 'https://docs.tigera.io/calico/latest/reference/resources/workloadendpoint',
    leavesOut: { 'WorkloadEndpoint.crd.projectcalico.org': ofPod, 'WorkloadEndpoint.projectcalico.org': ofPod },
  },
  {
    controller: 'Whereabouts',
    source: 'k8snetworkplumbingwg/whereabouts pkg/api/whereabouts.cni.cncf.io/v1alpha1',
    leavesOut: Object.fromEntries(
      ['IPPool', 'NodeSlicePool', 'OverlappingRangeIPReservation'].map((kind) => [
        `${kind}.whereabouts.cni.cncf.io`,
        'a record of the source: addresses of its Pods',
      ]),
    ),
  },
  {
    controller: 'Compliance Operator and Quay container security',
    source: 'ComplianceAsCode/compliance-operator doc/crds.md; quay/container-security-operator apis/secscan/v1alpha1',
    leavesOut: {
      ...reports('compliance.openshift.io', ['ComplianceCheckResult']),
      ...reports('secscan.quay.redhat.com', ['ImageManifestVuln']),
    },
  },
  {
    controller: 'external provisioner of CSI drivers',
    source: 'https://kubernetes.io/docs/concepts/storage/storage-capacity/',
    leavesOut: { 'CSIStorageCapacity.storage.k8s.io': 'a measurement of the source' },
  },
  {
    controller: 'ingress-gce, network endpoint groups',
    source: 'kubernetes/ingress-gce pkg/apis/svcneg/v1beta1/types.go',
    leavesOut: {
      'ServiceNetworkEndpointGroup.networking.gke.io':
        'a record of the source: the endpoints of a Service at Google Cloud',
    },
  },
];

/** Operators and other controllers that users install for their applications. */
export const operatorTraces: readonly ControllerTrace[] = [...operators, ...services, ...writers];
