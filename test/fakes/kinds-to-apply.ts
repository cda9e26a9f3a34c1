const labels = { app: 'all' };
const pod = { serviceAccountName: 'all', containers: [{ name: 'main', image: 'registry.test/main:1' }] };
const template = { metadata: { labels }, spec: pod };
const selector = { matchLabels: labels };
const metric = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };

/** Kind by kind what an export may hold, as `apiVersion Kind` and the fields that the API server insists on. */
const kinds: readonly (readonly [string, object])[] = [
  ['v1 ServiceAccount', {}],
  ['v1 ConfigMap', { data: { a: 'b' } }],
  ['v1 Endpoints', { subsets: [] }],
  ['v1 LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '8' } }] } }],
  [
    'v1 PersistentVolumeClaim',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } },
  ],
  ['v1 Pod', { spec: pod }],
  ['v1 PodTemplate', { template }],
  ['v1 ReplicationController', { spec: { replicas: 1, selector: labels, template } }],
  ['v1 ResourceQuota', { spec: { hard: { services: '90' } } }],
  ['v1 Secret', { stringData: { a: 'b' } }],
  ['v1 Service', { spec: { ports: [{ port: 80 }] } }],
  ['apps/v1 ControllerRevision', { revision: 1, data: {} }],
  ['apps/v1 DaemonSet', { spec: { selector, template } }],
  ['apps/v1 Deployment', { spec: { selector, template } }],
  ['apps/v1 ReplicaSet', { spec: { selector, template } }],
  ['apps/v1 StatefulSet', { spec: { serviceName: 'all', selector, template } }],
  ['apps.openshift.io/v1 DeploymentConfig', { spec: { replicas: 1, selector: labels, template } }],
  [
    'autoscaling/v2 HorizontalPodAutoscaler',
    {
      spec: {
        maxReplicas: 2,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'all' },
        metrics: [metric],
      },
    },
  ],
  ['batch/v1 CronJob', { spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: once() } } } }],
  ['batch/v1 Job', { spec: { template: once() } }],
  ['build.openshift.io/v1 BuildConfig', { spec: {} }],
  ['discovery.k8s.io/v1 EndpointSlice', { addressType: 'IPv4', endpoints: [] }],
  ['image.openshift.io/v1 ImageStream', { spec: { lookupPolicy: { local: false } } }],
  ['networking.k8s.io/v1 Ingress', { spec: { defaultBackend: { service: { name: 'all', port: { number: 80 } } } } }],
  ['networking.k8s.io/v1 NetworkPolicy', { spec: { podSelector: {} } }],
  ['policy/v1 PodDisruptionBudget', { spec: { minAvailable: 1, selector } }],
  ['rbac.authorization.k8s.io/v1 Role', { rules: [] }],
  [
    'rbac.authorization.k8s.io/v1 RoleBinding',
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'all' }, subjects: [] },
  ],
  ['route.openshift.io/v1 Route', { spec: { host: 'all.apps.test.test', to: { kind: 'Service', name: 'all' } } }],
  ['template.openshift.io/v1 Template', { objects: [] }],
];

/** One object of each kind, and a tag of a public image; with a name of their own, so that there may be several of each. */
export function kindsToApply(namespace: string, image: string, name = 'all'): readonly object[] {
  const objects = kinds.map(([type, fields]) => {
    const [apiVersion = '', kind = ''] = type.split(' ');
    return { apiVersion, kind, metadata: { name, namespace, labels }, ...fields };
  });
  const tag = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamTag',
    metadata: { name: `${name}:1`, namespace },
    tag: { from: { kind: 'DockerImage', name: image } },
  };
  return [...objects, tag];
}

function once(): object {
  return { metadata: { labels }, spec: { ...pod, restartPolicy: 'Never' } };
}
