import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../../src/domain/kube/status-error.ts';
import { arrayAt, stringAt, valueAt } from '../../../../../src/domain/core/json-object.ts';
import type { ClusterRequest } from '../../../../../src/domain/kube/cluster.ts';
import {
  aClaim,
  aPod,
  claimPath,
  helpersLeft,
  makeScene,
  move,
  type FakeCluster,
} from '../../../../fakes/volume-scene.ts';

function podOf(cluster: FakeCluster): unknown {
  return valueAt(cluster.created('Job')[0], 'spec', 'template', 'spec');
}

describe('a transfer', () => {
  it('makes the claim, runs one Job on each side, reports the proof and leaves nothing', async () => {
    const scene = makeScene();
    const { outcome } = await move(scene);
    expect(outcome.items).toEqual([
      expect.objectContaining({ id: 'claim shop/data', outcome: 'done', reason: 'transferred' }),
    ]);
    expect(outcome.items[0]?.evidence).toMatchObject({
      proof: 'checksum',
      contentDigest: 'sha256:aa',
      copiedBytes: 10,
    });
    expect(outcome.results).toEqual({
      'claim-count': '1',
      'transferred-count': '1',
      'failed-count': '0',
      'failed-files': '0',
      'copied-bytes': '10',
    });
    expect(scene.destination.objects.has(claimPath('data'))).toBe(true);
    expect([...helpersLeft(scene.source), ...helpersLeft(scene.destination)]).toEqual([]);
  });

  it('gives each side its own key, the certificate of its peer, and an owner whose deletion deletes all', async () => {
    const { source, destination } = makeScene();
    await move({ source, destination });
    const [client, server] = [source.created('Secret')[0], destination.created('Secret')[0]];
    expect(valueAt(client, 'stringData')).toMatchObject({
      'own.key': 'key of volume-run1-client',
      'peer.crt': 'certificate of volume-run1-server',
    });
    expect(valueAt(server, 'stringData')).toMatchObject({
      'own.key': 'key of volume-run1-server',
      'peer.crt': 'certificate of volume-run1-client',
    });
    expect(stringAt(client, 'stringData', 'stunnel.conf')).toContain('connect = nodes.test:30001');
    for (const object of [client, server, destination.created('Service')[0]]) {
      expect(arrayAt(object, 'metadata', 'ownerReferences')).toEqual([
        expect.objectContaining({ kind: 'Job', controller: true, blockOwnerDeletion: true }),
      ]);
    }
    const elsewhere = [...source.sent, ...destination.sent].filter(({ body }) => stringAt(body, 'kind') !== 'Secret');
    expect(JSON.stringify(elsewhere)).not.toContain('key of');
  });
});

describe('the helper pods', () => {
  it('runs pods as what uses the claim, on its node, read-only at the source, unprivileged on both sides', async () => {
    const scene = makeScene();
    scene.source.put('/api/v1/namespaces/shop/pods/web', aPod('web', 'data', { tolerations: [{ key: 'disk' }] }));
    await move(scene);
    const [reader, writer] = [podOf(scene.source), podOf(scene.destination)];
    expect(valueAt(reader, 'securityContext')).toMatchObject({
      runAsUser: 1001,
      runAsGroup: 1002,
      fsGroup: 1003,
      runAsNonRoot: true,
    });
    expect(valueAt(writer, 'securityContext')).toMatchObject({ runAsUser: 1001, runAsGroup: 1002, fsGroup: 1003 });
    expect(JSON.stringify(valueAt(reader, 'affinity'))).toContain('"values":["node-1"]');
    expect(valueAt(reader, 'tolerations')).toEqual([{ key: 'disk' }]);
    expect(arrayAt(reader, 'volumes')[0]).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data', readOnly: true },
    });
    for (const pod of [reader, writer]) {
      expect(valueAt(pod, 'automountServiceAccountToken')).toBe(false);
      expect(valueAt(arrayAt(pod, 'containers')[0], 'securityContext')).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  it('asks workloads when nothing runs any more, those that make their claims themselves too', async () => {
    const scene = makeScene();
    scene.source.put(claimPath('data-db-0'), aClaim('data-db-0'));
    const template = { spec: { securityContext: { runAsUser: 26 }, containers: [{ name: 'db' }] } };
    const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
    scene.source.put('/apis/apps/v1/namespaces/shop/statefulsets/db', {
      metadata: { name: 'db', namespace: 'shop' },
      spec: { replicas: 0, template, volumeClaimTemplates },
    });
    await move(scene, { claims: 'data-db-0' });
    expect(valueAt(podOf(scene.source), 'securityContext')).toMatchObject({ runAsUser: 26 });
    expect(valueAt(podOf(scene.destination), 'securityContext')).toMatchObject({ runAsUser: 26, fsGroup: 26 });
  });

  it('leaves users to the cluster where namespaces give them', async () => {
    const scene = makeScene();
    const annotations = { 'openshift.io/sa.scc.uid-range': '1000680000/10000' };
    for (const cluster of [scene.source, scene.destination]) {
      cluster.put('/api/v1/namespaces/shop', { metadata: { name: 'shop', annotations } });
    }
    scene.source.put('/api/v1/namespaces/shop/pods/web', aPod('web', 'data'));
    await move(scene);
    for (const cluster of [scene.source, scene.destination]) {
      expect(valueAt(podOf(cluster), 'securityContext')).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  it('runs as root with the least capabilities only when it is asked to, and keeps owners then', async () => {
    const scene = makeScene();
    await move(scene, { user: 0 });
    const container = arrayAt(podOf(scene.destination), 'containers')[0];
    expect(valueAt(container, 'securityContext', 'capabilities')).toEqual({
      drop: ['ALL'],
      add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD'],
    });
    const config = stringAt(scene.destination.created('Secret')[0], 'stringData', 'stunnel.conf');
    expect(config).toContain('-slHtpogDAXre.iLsfxCIvu');
  });

  it('removes at the destination only in claims of its own, unless requested', async () => {
    const planOf = async (prepare: (cluster: FakeCluster) => void, change = {}): Promise<unknown> => {
      const scene = makeScene();
      prepare(scene.destination);
      await move(scene, change);
      return JSON.parse(stringAt(scene.source.created('Secret')[0], 'stringData', 'mover.json') ?? '');
    };
    const foreign = (cluster: FakeCluster) => cluster.put(claimPath('data'), aClaim('data'));
    expect(await planOf(() => undefined)).toMatchObject({ delete: true, owners: false, checksum: true });
    expect(await planOf(foreign)).toMatchObject({ delete: false });
    expect(await planOf(foreign, { delete: 'true' })).toMatchObject({ delete: true });
    expect(await planOf(() => undefined, { delete: 'false' })).toMatchObject({ delete: false });
  });
});

describe('the way to the destination', () => {
  it('is opened for the tunnel alone, by an object of the transfer', async () => {
    const scene = makeScene();
    await move(scene);
    const policy = scene.destination.created('NetworkPolicy')[0];
    expect(stringAt(valueAt(policy, 'metadata', 'ownerReferences', 0), 'name')).toBe('volume-run1-server');
    expect(scene.source.created('NetworkPolicy')).toEqual([]);
  });

  it('is left as it is where no policy may be made, and any other refusal ends the transfer', async () => {
    const refuse = (status: number) => (request: ClusterRequest) => {
      if (request.method !== 'POST' || !request.path.endsWith('/networkpolicies')) return undefined;
      throw new ClusterStatusError('creating', { status, reason: 'Refused', message: 'no' });
    };
    const scene = makeScene();
    scene.destination.answer = refuse(403);
    const { outcome, lines } = await move(scene);
    expect(outcome.results).toMatchObject({ 'transferred-count': '1' });
    expect(lines).toContain('shop/data: no NetworkPolicy may be created at the destination; continuing without one');
    const other = makeScene();
    other.destination.answer = refuse(422);
    await expect(move(other)).rejects.toThrow(/no/);
    expect(helpersLeft(other.destination)).toEqual([]);
  });
});

describe('the input of the mover', () => {
  const planOf = (cluster: FakeCluster): unknown =>
    JSON.parse(stringAt(cluster.created('Secret').at(-1), 'stringData', 'mover.json') ?? '');

  it('is where the tunnel leads, and whether the claim was there before', async () => {
    const scene = makeScene();
    await move(scene);
    expect(planOf(scene.source)).toMatchObject({ endpoint: 'nodes.test:30001', hasCopy: false });
    await move(scene);
    expect(planOf(scene.source)).toMatchObject({ hasCopy: true });
  });

  it('is how much the destination has free, once its pod has measured it', async () => {
    const scene = makeScene();
    let looks = 0;
    scene.destination.answer = ({ path, query }) => {
      if (!path.endsWith('/pods') || query?.['labelSelector'] === undefined) return undefined;
      looks += 1;
      const state = looks < 5 ? { running: {} } : { terminated: { message: '{"freeBytes":4096}' } };
      const phase = looks < 10 ? 'Pending' : 'Running';
      const metadata = { name: 'p', namespace: 'shop' };
      return { items: [{ metadata, status: { phase, initContainerStatuses: [{ name: 'measure', state }] } }] };
    };
    await move(scene);
    expect(planOf(scene.source)).toMatchObject({ freeBytes: 4096 });
    expect(arrayAt(podOf(scene.destination), 'initContainers')).toHaveLength(1);
  });

  it('says nothing of that when it is not asked for, or only a comparison is', async () => {
    for (const change of [{ checkSpace: false }, { checkOnly: true }]) {
      const scene = makeScene();
      await move(scene, change);
      expect(planOf(scene.source)).not.toHaveProperty('freeBytes');
      expect(arrayAt(podOf(scene.destination), 'initContainers')).toEqual([]);
    }
  });

  it('is not waited for when the pod at the destination cannot start', async () => {
    const scene = makeScene();
    const waiting = { reason: 'InvalidImageName', message: 'what is this' };
    const metadata = { name: 'p', namespace: 'shop' };
    scene.source.log = '';
    scene.destination.answer = ({ path, query }) =>
      path.endsWith('/pods') && query?.['labelSelector'] !== undefined
        ? {
            items: [
              {
                metadata,
                status: { phase: 'Pending', initContainerStatuses: [{ name: 'measure', state: { waiting } }] },
              },
            ],
          }
        : undefined;
    await expect(move(scene)).rejects.toThrow(/pod at the destination: InvalidImageName: what is this/);
  });
});

describe('the endpoint', () => {
  it('is a Route that passes TLS through, once a router admits it', async () => {
    const scene = makeScene();
    const path = '/apis/route.openshift.io/v1/namespaces/shop/routes/volume-run1-server';
    const conditions = [{ type: 'Admitted', status: 'True' }];
    const metadata = { name: 'volume-run1-server', namespace: 'shop' };
    scene.destination.answer = (request) =>
      request.path === path && request.method === undefined
        ? { metadata, status: { ingress: [{ host: 'v.apps.test', conditions }] } }
        : undefined;
    await move(scene, { endpointType: 'route' });
    expect(scene.destination.created('Route')[0]).toMatchObject({
      spec: {
        port: { targetPort: 'tunnel' },
        tls: { termination: 'passthrough', insecureEdgeTerminationPolicy: 'None' },
        to: { kind: 'Service', name: 'volume-run1-server', weight: 100 },
      },
    });
    expect(stringAt(scene.source.created('Secret')[0], 'stringData', 'stunnel.conf')).toContain(
      'connect = v.apps.test:443',
    );
  });

  it('is an Ingress with a host below the subdomain', async () => {
    const scene = makeScene();
    scene.destination.answer = ({ path, method }) =>
      path.endsWith('/ingresses/volume-run1-server') && method === undefined
        ? {
            metadata: { name: 'volume-run1-server', namespace: 'shop' },
            spec: { rules: [{ host: 'volume-run1.apps.test' }] },
            status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
          }
        : undefined;
    await move(scene, { endpointType: undefined, subdomain: 'apps.test', ingressClass: 'nginx' });
    const ingress = scene.destination.created('Ingress')[0];
    expect(ingress).toMatchObject({
      metadata: { annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } },
      spec: { ingressClassName: 'nginx', rules: [{ host: 'volume-run1.apps.test' }] },
    });
  });

  it('that gets no address in time fails the claim, and nothing is left', async () => {
    const scene = makeScene();
    await expect(move(scene, { endpointType: 'load-balancer' })).rejects.toThrow(
      /load-balancer got no address in 20 s/,
    );
    expect([...helpersLeft(scene.source), ...helpersLeft(scene.destination)]).toEqual([]);
  });

  it('that no router takes fails at once with its reason', async () => {
    const scene = makeScene();
    const metadata = { name: 'volume-run1-server', namespace: 'shop' };
    const conditions = [{ type: 'Admitted', status: 'False', reason: 'HostAlreadyClaimed', message: 'taken' }];
    scene.destination.answer = ({ path, method }) =>
      path.includes('/routes/') && method === undefined
        ? { metadata, status: { ingress: [{ conditions }] } }
        : undefined;
    await expect(move(scene, { endpointType: 'route' })).rejects.toThrow(/HostAlreadyClaimed: taken/);
  });
});
