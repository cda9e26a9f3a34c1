import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { ensureCertificate } from '../../testbed/clusters/certificates.ts';
import type { TestCluster } from './test-cluster.ts';

/** A node whose kubelet has nothing but logs. */
export interface LogNode {
  /** Makes a pod on the node, and what its container `step` has logged. */
  readonly addPod: (namespace: string, name: string, log: string) => Promise<void>;
  readonly stop: () => void;
}

/** Lets an API server answer requests for logs, as the kubelet of a real node does: GET /containerLogs/… */
export async function startLogNode(test: TestCluster): Promise<LogNode> {
  const { cluster, scratch } = test;
  const { caPath } = test.server;
  // The API server trusts kubelets of its own authority only.
  const authority = { certFile: caPath, keyFile: caPath.replace(/crt$/, 'key') };
  const names = ['IP:127.0.0.1'];
  await mkdir(join(scratch, 'kubelet'));
  const pair = await ensureCertificate(join(scratch, 'kubelet'), 'kubelet', {
    authority,
    commonName: 'kubelet',
    names,
  });
  const [cert, key] = await Promise.all([readFile(pair.certFile), readFile(pair.keyFile)]);
  const logs = new Map<string, string>();
  const server = createServer({ cert, key }, (request, response) => {
    const [, , namespace = '', pod = ''] = new URL(request.url ?? '/', 'https://kubelet').pathname.split('/');
    response.end(logs.get(`${namespace}/${pod}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await test.create('/api/v1/nodes', { metadata: { name: 'node' } });
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const contentType = 'application/merge-patch+json';
  await cluster.request({ method: 'PATCH', path: '/api/v1/nodes/node/status', body: { status }, contentType });
  return {
    addPod: async (namespace, name, log) => {
      const spec = { nodeName: 'node', containers: [{ name: 'step', image: 'none' }] };
      await test.create(`/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec });
      logs.set(`${namespace}/${name}`, log);
    },
    stop: () => server.close(),
  };
}
