import { describe, expect, it } from 'vitest';

import { createKubernetesPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { aResource, withFlags } from '../../../../builders/transform.ts';

const decide = withFlags(createKubernetesPlugin);

describe('the KubernetesPlugin and Services', () => {
  const clusterIP = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] };

  it('removes addresses that the cluster gave', () => {
    expect(decide(aResource('v1 Service', 'web', { spec: { ...clusterIP, externalIPs: ['1.2.3.4'] } }))).toEqual([
      'remove /spec/clusterIP',
      'remove /spec/clusterIPs',
    ]);
    expect(
      decide(
        aResource('v1 Service', 'web', {
          spec: { type: 'LoadBalancer', ...clusterIP, externalIPs: [], healthCheckNodePort: 1 },
        }),
      ),
    ).toEqual([
      'remove /spec/externalIPs',
      'remove /spec/healthCheckNodePort',
      'remove /spec/clusterIP',
      'remove /spec/clusterIPs',
    ]);
  });

  it('keeps a headless one headless, and leaves others alone', () => {
    expect(decide(aResource('v1 Service', 'db', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }))).toEqual([]);
    expect(decide(aResource('v1 Service', 'db'))).toEqual([]);
    expect(decide(aResource('v1 Service', 'db', { spec: { type: 'ExternalName', ports: [{ nodePort: 1 }] } }))).toEqual(
      [],
    );
    expect(decide(aResource('serving.knative.dev/v1 Service', 'db', { spec: clusterIP }))).toEqual([]);
  });

  const ports = [
    { name: 'http', port: 80, nodePort: 30080 },
    { name: 'admin', port: 81, nodePort: 30081 },
    { name: 'plain', port: 82 },
    'broken',
  ];

  it('removes node ports that the cluster chose', () => {
    expect(decide(aResource('v1 Service', 'web', { spec: { type: 'NodePort', ports } }))).toEqual([
      'remove /spec/ports/0/nodePort',
      'remove /spec/ports/1/nodePort',
    ]);
  });

  it('keeps node ports that kubectl apply was given, by name or number', () => {
    const applied = (written: unknown): Record<string, string> => {
      return { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { ports: written } }) };
    };
    const decidePorts = (list: unknown, annotations: unknown): unknown =>
      decide(aResource('v1 Service', 'web', { metadata: { annotations }, spec: { type: 'NodePort', ports: list } }));
    expect(
      decidePorts(
        ports,
        applied([
          { name: 'http', port: 80, nodePort: 30080 },
          { name: 'admin', port: 81 },
        ]),
      ),
    ).toEqual([
      'remove /metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
      'remove /spec/ports/1/nodePort',
    ]);
    expect(
      decidePorts([{ port: 80, nodePort: 30080 }], applied([{ port: 80, nodePort: 30080 }, 'broken'])),
    ).toHaveLength(1);
    expect(decidePorts(ports, { 'kubectl.kubernetes.io/last-applied-configuration': '{' })).toHaveLength(3);
  });

  it('keeps node ports that a server-side apply owns', () => {
    const fieldsV1 = { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:nodePort': {} } } } };
    const managedFields = [
      { operation: 'Apply', fieldsV1 },
      {
        operation: 'Update',
        fieldsV1: { 'f:spec': { 'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { 'f:nodePort': {} } } } },
      },
    ];
    const spec = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080, protocol: 'TCP' }, ports[1]] };
    expect(decide(aResource('v1 Service', 'web', { metadata: { managedFields }, spec }))).toEqual([
      'remove /metadata/managedFields',
      'remove /spec/ports/1/nodePort',
    ]);
  });
});
