import type { Path } from '../core/json-object.ts';
import { namespacesAt, objectsAt, type ReferenceRow } from './reference-row.ts';

const any = ['*'];
const path = (place: string): Path => place.split('.');
const paths = (...places: readonly string[]): readonly Path[] => places.map(path);

const buildConfig = ['BuildConfig.build.openshift.io'];
const strategies = ['dockerStrategy', 'sourceStrategy', 'customStrategy', 'jenkinsPipelineStrategy'];

/** What a BuildConfig of OpenShift names: openshift/api build/v1/types.go CommonSpec. */
export const buildReferences: readonly ReferenceRow[] = [
  ...objectsAt(buildConfig, 'ServiceAccount', ['spec', 'serviceAccount']),
  ...objectsAt(
    buildConfig,
    'Secret',
    ...paths(
      'spec.output.pushSecret.name',
      'spec.source.sourceSecret.name',
      'spec.source.secrets.*.secret.name',
      'spec.source.images.*.pullSecret.name',
      'spec.strategy.customStrategy.secrets.*.secretSource.name',
      ...strategies.flatMap((strategy) => [
        `spec.strategy.${strategy}.pullSecret.name`,
        `spec.strategy.${strategy}.env.*.valueFrom.secretKeyRef.name`,
        `spec.strategy.${strategy}.volumes.*.source.secret.secretName`,
      ]),
    ),
  ),
  ...objectsAt(
    buildConfig,
    'ConfigMap',
    ...paths(
      'spec.source.configMaps.*.configMap.name',
      ...strategies.flatMap((strategy) => [
        `spec.strategy.${strategy}.env.*.valueFrom.configMapKeyRef.name`,
        `spec.strategy.${strategy}.volumes.*.source.configMap.name`,
      ]),
    ),
  ),
];

const runs = ['PipelineRun.tekton.dev', 'TaskRun.tekton.dev'];
const tasks = ['Task.tekton.dev'];
const listeners = ['EventListener.triggers.tekton.dev'];

/** https://tekton.dev/docs/pipelines/pipeline-api/, https://tekton.dev/docs/triggers/triggers-api/ */
const tekton: readonly ReferenceRow[] = [
  ...objectsAt(runs, 'Pipeline', path('spec.pipelineRef.name')),
  ...objectsAt(runs, 'Task', path('spec.taskRef.name')),
  ...objectsAt(
    runs,
    'ServiceAccount',
    ...paths(
      'spec.serviceAccountName',
      'spec.taskRunTemplate.serviceAccountName',
      'spec.taskRunSpecs.*.serviceAccountName',
    ),
  ),
  ...objectsAt(runs, 'PersistentVolumeClaim', path('spec.workspaces.*.persistentVolumeClaim.claimName')),
  ...objectsAt(runs, 'Secret', path('spec.workspaces.*.secret.secretName')),
  ...objectsAt(runs, 'ConfigMap', path('spec.workspaces.*.configMap.name')),
  ...objectsAt(['Pipeline.tekton.dev'], 'Task', ...paths('spec.tasks.*.taskRef.name', 'spec.finally.*.taskRef.name')),
  ...objectsAt(
    tasks,
    'Secret',
    ...paths('spec.volumes.*.secret.secretName', 'spec.steps.*.env.*.valueFrom.secretKeyRef.name'),
  ),
  ...objectsAt(
    tasks,
    'ConfigMap',
    ...paths('spec.volumes.*.configMap.name', 'spec.steps.*.env.*.valueFrom.configMapKeyRef.name'),
  ),
  ...objectsAt(listeners, 'ServiceAccount', path('spec.serviceAccountName')),
  ...objectsAt(listeners, 'TriggerBinding', path('spec.triggers.*.bindings.*.ref')),
  ...objectsAt(listeners, 'TriggerTemplate', path('spec.triggers.*.template.ref')),
  ...objectsAt(listeners, 'Trigger', path('spec.triggers.*.triggerRef')),
  ...objectsAt(listeners, 'Secret', path('spec.triggers.*.interceptors.*.params.*.value.secretName')),
  ...objectsAt(['Trigger.triggers.tekton.dev'], 'TriggerBinding', path('spec.bindings.*.ref')),
  ...objectsAt(['Trigger.triggers.tekton.dev'], 'TriggerTemplate', path('spec.template.ref')),
];

const postgres = ['Cluster.postgresql.cnpg.io'];

/** https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/, https://strimzi.io/docs/operators/latest/configuring */
const databases: readonly ReferenceRow[] = [
  ...objectsAt(
    postgres,
    'Secret',
    ...paths(
      'spec.superuserSecret.name',
      'spec.bootstrap.initdb.secret.name',
      'spec.bootstrap.recovery.secret.name',
      'spec.externalClusters.*.password.name',
      'spec.externalClusters.*.sslCert.name',
      'spec.externalClusters.*.sslKey.name',
      'spec.externalClusters.*.sslRootCert.name',
      'spec.backup.barmanObjectStore.s3Credentials.accessKeyId.name',
      'spec.backup.barmanObjectStore.s3Credentials.secretAccessKey.name',
      'spec.certificates.serverTLSSecret',
      'spec.managed.roles.*.passwordSecret.name',
      'spec.imagePullSecrets.*.name',
    ),
  ),
  ...objectsAt(
    ['Backup', 'Pooler', 'ScheduledBackup'].map((kind) => `${kind}.postgresql.cnpg.io`),
    'Cluster',
    path('spec.cluster.name'),
  ),
  ...objectsAt(
    ['KafkaRebalance', 'KafkaTopic', 'KafkaUser'].map((kind) => `${kind}.kafka.strimzi.io`),
    'Kafka',
    ['metadata', 'labels', 'strimzi.io/cluster'],
  ),
  ...objectsAt(['KafkaConnector.kafka.strimzi.io'], 'KafkaConnect', ['metadata', 'labels', 'strimzi.io/cluster']),
  ...objectsAt(['ReplicationSource.volsync.backube'], 'PersistentVolumeClaim', path('spec.sourcePVC')),
  ...objectsAt(
    ['ReplicationSource.volsync.backube', 'ReplicationDestination.volsync.backube'],
    'Secret',
    ...paths('spec.restic.repository', 'spec.rsyncTLS.keySecret'),
  ),
];

const endpoints = ['endpoints', 'podMetricsEndpoints'];
const monitors = ['ServiceMonitor', 'PodMonitor'].map((kind) => `${kind}.monitoring.coreos.com`);
const proxies = ['HTTPProxy.projectcontour.io'];
const profiles = ['ServiceProfile.linkerd.io'];

/** Prometheus operator, Flagger, Contour, Kong and Linkerd, by their references. */
const traffic: readonly ReferenceRow[] = [
  ...endpoints.flatMap((list) => [
    ...objectsAt(
      monitors,
      'Secret',
      ...paths(
        `spec.${list}.*.basicAuth.username.name`,
        `spec.${list}.*.basicAuth.password.name`,
        `spec.${list}.*.bearerTokenSecret.name`,
        `spec.${list}.*.authorization.credentials.name`,
        `spec.${list}.*.oauth2.clientSecret.name`,
        `spec.${list}.*.tlsConfig.ca.secret.name`,
        `spec.${list}.*.tlsConfig.cert.secret.name`,
        `spec.${list}.*.tlsConfig.keySecret.name`,
      ),
    ),
    ...objectsAt(monitors, 'ConfigMap', path(`spec.${list}.*.tlsConfig.ca.configMap.name`)),
  ]),
  ...objectsAt(['Canary.flagger.app'], 'Deployment', path('spec.targetRef.name')),
  ...objectsAt(['Canary.flagger.app'], 'HorizontalPodAutoscaler', path('spec.autoscalerRef.name')),
  ...objectsAt(['Canary.flagger.app'], 'Ingress', path('spec.ingressRef.name')),
  ...objectsAt(proxies, 'Service', ...paths('spec.routes.*.services.*.name', 'spec.tcpproxy.services.*.name')),
  ...objectsAt(proxies, 'HTTPProxy', path('spec.includes.*.name')),
  { kinds: proxies, path: path('spec.virtualhost.tls.secretName'), form: 'namespace/name', to: 'Secret' },
  ...objectsAt(['KongConsumer.configuration.konghq.com'], 'Secret', ['credentials', '*']),
  // A profile is called after the host of its Service.
  { kinds: profiles, path: ['metadata', 'name'], form: 'host', to: 'Service' },
  { kinds: profiles, path: path('spec.dstOverrides.*.authority'), form: 'host', to: 'Service' },
  ...objectsAt(['MeshTLSAuthentication.policy.linkerd.io'], 'ServiceAccount', path('spec.identityRefs.*.name')),
];

/** Crossplane, Velero and MetalLB: namespaces that they name. */
const namespaces: readonly ReferenceRow[] = [
  ...namespacesAt(any, path('spec.writeConnectionSecretToRef.namespace')),
  ...namespacesAt(
    ['Schedule.velero.io'],
    path('spec.template.includedNamespaces.*'),
    path('spec.template.excludedNamespaces.*'),
  ),
  ...namespacesAt(['IPAddressPool.metallb.io'], path('spec.serviceAllocation.namespaces.*')),
];

/** What users give to Pipelines and operators. */
export const operatorReferences: readonly ReferenceRow[] = [...tekton, ...databases, ...traffic, ...namespaces];
