import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ExportedFile } from '../src/domain/schemas/documents.ts';
import { sha256Of } from '../src/adapters/files/digest.ts';
import { formatYaml } from '../src/adapters/yaml/block-emitter.ts';
import { formatExportIndex, indexPath } from '../src/domain/export/export-index.ts';
import { resourcePath } from '../src/domain/export/export-paths.ts';
import { keyOf, type Resource } from '../src/domain/kube/resource.ts';

const namespace = 'shop';
const registry = 'image-registry.openshift-image-registry.svc:5000';

/** Writes an export of as many resources of ten kinds, with the fields that a server adds, and its index. */
export async function writeMixedExport(folder: string, count: number): Promise<void> {
  const files: ExportedFile[] = [];
  await mkdir(join(folder, 'resources', namespace), { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const resource = mixedResource(number);
    const path = resourcePath(namespace, keyOf(resource), sha256Of);
    const text = formatYaml(resource);
    await writeFile(join(folder, path), text);
    const { apiVersion, kind, metadata } = resource;
    files.push({
      path,
      apiVersion,
      kind,
      namespace,
      name: metadata.name,
      resourceVersion: '1',
      digest: sha256Of(text),
    });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const index = { schemaVersion: 1, cluster: { context: 'bench', uid: '' }, namespace, files } as const;
  await writeFile(join(folder, indexPath), formatExportIndex(index));
}

function mixedResource(number: number): Resource {
  const [type, body] = kinds[number % kinds.length] ?? kinds[0];
  const name = `web-${String(number)}`;
  const cut = type.lastIndexOf(' ');
  const metadata = { name, namespace, ...serverFields(number), labels: { app: name, tier: 'web' } };
  return { apiVersion: type.slice(0, cut), kind: type.slice(cut + 1), metadata, ...body(name) };
}

function serverFields(number: number): object {
  return {
    uid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    resourceVersion: String(100_000 + number),
    creationTimestamp: '2026-01-02T03:04:05Z',
    generation: 3,
    annotations: { 'example.com/owner': 'shop', 'deployment.kubernetes.io/revision': '3' },
    managedFields: [
      {
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:replicas': {} } },
        manager: 'kubectl',
        operation: 'Update',
        time: '2026-01-02T03:04:05Z',
      },
    ],
  };
}

const pod = (name: string): object => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [
      {
        name: 'main',
        image: `${registry}/${namespace}/${name}:1.0`,
        env: [
          { name: 'COLOR', value: 'blue' },
          { name: 'LOGIN', valueFrom: { secretKeyRef: { name, key: 'password' } } },
        ],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    imagePullSecrets: [{ name: 'default-dockercfg-ab1de' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
    serviceAccountName: 'default',
  },
});
const workload = (name: string): object => ({
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: pod(name) },
  status: { observedGeneration: 3, readyReplicas: 2, replicas: 2 },
});

const kinds: readonly [
  readonly [string, (name: string) => object],
  ...(readonly [string, (name: string) => object])[],
] = [
  [
    'v1 ConfigMap',
    () => ({ data: { 'settings.properties': 'color=blue\nsize=medium\n'.repeat(20), mode: 'production' } }),
  ],
  ['v1 Secret', () => ({ data: { password: 'c2VjcmV0' }, type: 'Opaque' })],
  [
    'v1 Service',
    (name) => ({
      spec: {
        clusterIP: '10.0.0.1',
        clusterIPs: ['10.0.0.1'],
        ports: [{ port: 80, nodePort: 30_001 }],
        selector: { app: name },
        type: 'NodePort',
      },
    }),
  ],
  ['v1 ServiceAccount', (name) => ({ secrets: [{ name: `${name}-dockercfg-ab1de` }] })],
  ['apps/v1 Deployment', workload],
  ['apps/v1 StatefulSet', workload],
  ['apps.openshift.io/v1 DeploymentConfig', workload],
  ['batch/v1 CronJob', (name) => ({ spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: pod(name) } } } })],
  ['networking.k8s.io/v1 NetworkPolicy', (name) => ({ spec: { podSelector: { matchLabels: { app: name } } } })],
  [
    'rbac.authorization.k8s.io/v1 RoleBinding',
    (name) => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    }),
  ],
];
