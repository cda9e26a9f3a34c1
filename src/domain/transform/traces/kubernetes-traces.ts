import { sealedFields } from '../../export/sealed-secret.ts';
import type { ControllerTrace } from './controller-trace.ts';

const volumesMove = 'volumes move apart from manifests';
const snapshotStays = 'a snapshot of a volume at the source: volumes move apart from manifests';

/** Controllers of Kubernetes itself. */
export const kubernetesTraces: readonly ControllerTrace[] = [
  {
    controller: 'kubectl apply',
    source:
      'https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-last-applied-configuration',
    annotations: ['kubectl.kubernetes.io/last-applied-configuration'],
  },
  {
    controller: 'Deployment controller',
    source: 'kubernetes/kubernetes pkg/controller/deployment/util/deployment_util.go',
    annotations: ['deployment.kubernetes.io/'],
  },
  {
    controller: 'DaemonSet controller',
    source: 'kubernetes/api apps/v1/types.go DeprecatedTemplateGeneration',
    annotations: ['deprecated.daemonset.template.generation'],
  },
  {
    controller: 'Job controller',
    source: 'kubernetes/api batch/v1/types.go JobTrackingFinalizer',
    annotations: ['batch.kubernetes.io/job-tracking'],
  },
  {
    controller: 'HorizontalPodAutoscaler controller',
    source: 'kubernetes/kubernetes pkg/apis/autoscaling/annotations.go',
    annotations: ['autoscaling.alpha.kubernetes.io/conditions', 'autoscaling.alpha.kubernetes.io/current-metrics'],
  },
  {
    controller: 'conversion of autoscaling/v1',
    source: 'kubernetes/kubernetes pkg/apis/autoscaling/annotations.go',
    annotations: ['autoscaling.alpha.kubernetes.io/behavior', 'autoscaling.alpha.kubernetes.io/metrics'],
    keeps: true,
  },
  {
    controller: 'persistent volume controller, scheduler and external provisioners',
    source: 'kubernetes/component-helpers storage/volume/pv_helpers.go',
    annotations: [
      'pv.kubernetes.io/',
      'volume.beta.kubernetes.io/storage-provisioner',
      'volume.kubernetes.io/selected-node',
      'volume.kubernetes.io/storage-provisioner',
    ],
    leavesOut: { PersistentVolumeClaim: volumesMove, PersistentVolume: volumesMove },
  },
  {
    controller: 'garbage collector',
    source: 'kubernetes/apimachinery pkg/apis/meta/v1/types.go FinalizerOrphanDependents',
    finalizers: ['foregroundDeletion', 'orphan'],
  },
  {
    controller: 'event recorders',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/',
    leavesOut: { Event: 'a record of the source', 'Event.events.k8s.io': 'a record of the source' },
  },
  {
    controller: 'attach/detach controller',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/',
    leavesOut: { 'VolumeAttachment.storage.k8s.io': 'a record of the source: a volume at one of its nodes' },
  },
  {
    controller: 'signers of certificates',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/',
    leavesOut: {
      'CertificateSigningRequest.certificates.k8s.io': 'a record of the source: what its signers were asked for',
    },
  },
  {
    controller: 'metrics server',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/',
    leavesOut: { 'PodMetrics.metrics.k8s.io': 'a measurement of the source' },
  },
  {
    controller: 'leader election',
    source: 'kubernetes/client-go tools/leaderelection/resourcelock/interface.go LeaderElectionRecordAnnotationKey',
    annotations: ['control-plane.alpha.kubernetes.io/leader'],
  },
  {
    controller: 'clusterrole-aggregation-controller',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles',
    fields: [{ kinds: ['ClusterRole.rbac.authorization.k8s.io'], marks: [['aggregationRule']], path: ['rules'] }],
  },
  {
    controller: 'token controller, in Secrets that ask for the token of an account',
    source: 'https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets',
    kinds: ['Secret'],
    annotations: ['kubernetes.io/service-account.uid'],
    labels: ['kubernetes.io/legacy-token-last-used', 'kubernetes.io/legacy-token-invalid-since'],
    fields: ['data', ...sealedFields].map((field) => ({
      kinds: ['Secret'],
      marks: [['type']],
      value: 'kubernetes.io/service-account-token',
      path: [field],
    })),
  },
  {
    controller: 'LimitRanger and network plugins',
    source:
      'kubernetes/kubernetes plugin/pkg/admission/limitranger/admission.go; projectcalico/calico libcalico-go/lib/backend/k8s/conversion/constants.go',
    kinds: ['Pod'],
    annotations: [
      'kubernetes.io/limit-ranger',
      'kubernetes.io/psp',
      'cni.projectcalico.org/containerID',
      'cni.projectcalico.org/podIP',
      'cni.projectcalico.org/podIPs',
    ],
  },
  {
    controller: 'coordinated leader election',
    source: 'kubernetes/api coordination/v1alpha2/types.go LeaseCandidate',
    leavesOut: { 'LeaseCandidate.coordination.k8s.io': 'a record of the source: who may lead there' },
  },
  {
    controller: 'snapshot controller',
    source: 'https://kubernetes.io/docs/concepts/storage/volume-snapshots/',
    leavesOut: {
      'VolumeSnapshot.snapshot.storage.k8s.io': snapshotStays,
      'VolumeSnapshotContent.snapshot.storage.k8s.io': snapshotStays,
      'VolumeSnapshot.volumesnapshot.external-storage.k8s.io': snapshotStays,
      'VolumeGroupSnapshot.groupsnapshot.storage.k8s.io': snapshotStays,
      'VolumeGroupSnapshotContent.groupsnapshot.storage.k8s.io': snapshotStays,
    },
  },
];
