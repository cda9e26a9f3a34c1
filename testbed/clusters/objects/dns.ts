import { clusters, publicRegistryHost, publicSite } from '../sites.ts';

const name = 'coredns';
const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };

/** CoreDNS behind the Service address that kubelet tells every pod. It knows cluster names and the `.test` names, nothing else. */
export function dnsObjects(image: string): object[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'system:coredns' },
      rules: readRules(),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'system:coredns' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile() } },
    deployment(image),
    service(),
  ];
}

/** There is no forward: a foreign name fails at once instead of after a timeout. */
export function corefile(): string {
  const routes = clusters.flatMap((cluster) => [
    `template IN A ${cluster.domain} {`,
    `  answer "{{ .Name }} 60 IN A ${cluster.address}"`,
    '}',
    `template ANY ANY ${cluster.domain} {`,
    '  rcode NOERROR',
    '}',
  ]);
  const hosts = ['hosts {', `  ${publicSite.address} ${publicRegistryHost}`, '  fallthrough', '}'];
  const kubernetes = ['kubernetes cluster.local in-addr.arpa ip6.arpa {', '  pods insecure', '}'];
  const lines = ['errors', 'health', 'ready', ...kubernetes, ...routes, ...hosts, 'cache 30', 'reload'];
  return ['.:53 {', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}

function readRules(): object[] {
  return [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ];
}

function deployment(image: string): object {
  const container = {
    name,
    image,
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    ],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30 },
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
  const volumes = [{ name: 'config', configMap: { name, items: [{ key: 'Corefile', path: 'Corefile' }] } }];
  const spec = {
    serviceAccountName: name,
    dnsPolicy: 'Default',
    priorityClassName: 'system-cluster-critical',
    containers: [container],
    volumes,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function service(): object {
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace },
    spec: { clusterIP: '10.96.0.10', selector: labels, ports },
  };
}
