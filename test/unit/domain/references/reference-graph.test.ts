import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { collectReferences } from '../../../../src/domain/references/reference-graph.ts';
import { aResource } from '../../../builders/transform.ts';

interface Exported {
  readonly travelling?: readonly Resource[];
  readonly leftOut?: readonly Resource[];
}

function looseEnds({ travelling = [], leftOut = [] }: Exported): readonly string[] {
  const graph = collectReferences();
  for (const resource of travelling) graph.addTravelling(resource, resource);
  for (const resource of leftOut) graph.addLeftOut(resource);
  return [...graph.looseEnds()].flatMap(([from, ends]) => ends.map((end) => `${from} ${end}`));
}

const web = (spec: object): Resource => aResource('v1 Pod', 'web', { spec: { containers: [{ name: 'a' }], ...spec } });
const mounts = (secretName: string): Resource => web({ volumes: [{ secret: { secretName } }] });
const owned = (type: string, name: string, { controller = true, owner = 'web' } = {}): Resource =>
  aResource(type, name, {
    metadata: { ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Lamp', name: owner, controller }] },
  });
const absent = 'which is not among the resources';

describe('a name leads nowhere', () => {
  it('when nothing of this kind and name travels', () => {
    expect(looseEnds({ travelling: [mounts('tls')] })).toEqual([`v1 Pod shop/web names Secret tls, ${absent}`]);
    expect(looseEnds({ travelling: [mounts('tls'), aResource('v1 Secret', 'tls')] })).toEqual([]);
    expect(looseEnds({ travelling: [mounts('tls'), aResource('v1 ConfigMap', 'tls')] })).toHaveLength(1);
  });

  it('when it is left out, and no controller makes it again', () => {
    const leftOut = [aResource('v1 Secret', 'tls')];
    expect(looseEnds({ travelling: [mounts('tls')], leftOut })).toEqual([
      'v1 Pod shop/web names Secret tls, which is left out',
    ]);
    const lamp = aResource('example.com/v1 Lamp', 'web');
    expect(looseEnds({ travelling: [mounts('tls'), lamp], leftOut: [owned('v1 Secret', 'tls')] })).toEqual([]);
    expect(
      looseEnds({ travelling: [mounts('tls'), lamp], leftOut: [owned('v1 Secret', 'tls', { controller: false })] }),
    ).toHaveLength(1);
  });

  it('unless the owner of its owner makes it again', () => {
    const leftOut = [owned('v1 Secret', 'tls', { owner: 'inner' }), owned('example.com/v1 Lamp', 'inner')];
    expect(looseEnds({ travelling: [mounts('tls'), aResource('example.com/v1 Lamp', 'web')], leftOut })).toEqual([]);
    expect(looseEnds({ travelling: [mounts('tls')], leftOut })).toHaveLength(1);
    const circle = [owned('v1 Secret', 'tls', { owner: 'a' }), owned('example.com/v1 Lamp', 'a', { owner: 'a' })];
    expect(looseEnds({ travelling: [mounts('tls')], leftOut: circle })).toHaveLength(1);
  });

  it('also under the new name of its namespace', () => {
    const graph = collectReferences();
    const exported = mounts('tls');
    graph.addTravelling({ ...exported, metadata: { ...exported.metadata, namespace: 'store' } }, exported);
    graph.addLeftOut(aResource('v1 Secret', 'tls'));
    graph.addLeftOut({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' } });
    expect([...graph.looseEnds()]).toEqual([['v1 Pod shop/web', ['names Secret tls, which is left out']]]);
  });

  it.each([
    ['cert-manager.io/v1 Certificate', { spec: { secretName: 'tls' } }],
    [
      'cert-manager.io/v1 Certificate',
      { spec: { secretName: 'tls', issuerRef: { kind: 'ClusterIssuer', name: 'a' } } },
    ],
    ['external-secrets.io/v1 ExternalSecret', { spec: { target: { name: 'tls' } } }],
    ['v1 Service', { metadata: { annotations: { 'service.beta.openshift.io/serving-cert-secret-name': 'tls' } } }],
    [
      'networking.k8s.io/v1 Ingress',
      { metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'a' } }, spec: { tls: [{ secretName: 'tls' }] } },
    ],
  ])('unless %s makes it', (type, more) => {
    expect(looseEnds({ travelling: [mounts('tls'), aResource(type, 'maker', more)] })).toEqual([]);
  });

  it('unless an object of its name makes it', () => {
    for (const type of ['external-secrets.io/v1 ExternalSecret', 'bitnami.com/v1alpha1 SealedSecret']) {
      expect(looseEnds({ travelling: [mounts('tls'), aResource(type, 'tls')] })).toEqual([]);
    }
    const ref = { apiVersion: 'v1', kind: 'Service', name: 'mailer' };
    const trigger = aResource('sources.knative.dev/v1 PingSource', 'a', { spec: { sink: { ref } } });
    expect(looseEnds({ travelling: [trigger, aResource('serving.knative.dev/v1 Service', 'mailer')] })).toEqual([]);
    expect(looseEnds({ travelling: [trigger] })).toHaveLength(1);
  });

  it('of an Ingress whose certificate nothing issues', () => {
    const ingress = aResource('networking.k8s.io/v1 Ingress', 'web', { spec: { tls: [{ secretName: 'tls' }] } });
    expect(looseEnds({ travelling: [ingress] })).toHaveLength(1);
  });

  it('not for claims, which move apart, as far as the resources have any', () => {
    const pod = web({ volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] });
    expect(looseEnds({ travelling: [pod] })).toEqual([]);
    expect(looseEnds({ travelling: [pod], leftOut: [aResource('v1 PersistentVolumeClaim', 'data')] })).toEqual([]);
    expect(looseEnds({ travelling: [pod], leftOut: [aResource('v1 PersistentVolumeClaim', 'other')] })).toHaveLength(1);
    const disk = aResource('cdi.kubevirt.io/v1beta1 DataVolume', 'data');
    expect(looseEnds({ travelling: [pod, disk, aResource('v1 PersistentVolumeClaim', 'other')] })).toEqual([]);
  });

  it('not for what each namespace has, what is optional, and what is in another namespace', () => {
    const volumes = [{ configMap: { name: 'kube-root-ca.crt' } }, { secret: { secretName: 'tls', optional: true } }];
    expect(looseEnds({ travelling: [web({ serviceAccountName: 'default', volumes })] })).toEqual([]);
    const account = aResource('v1 ServiceAccount', 'a', { secrets: [{ name: 'a-token-abcde' }] });
    expect(looseEnds({ travelling: [account] })).toEqual([]);
    const externalName = { spec: { externalName: 'db.other.svc' } };
    expect(looseEnds({ travelling: [aResource('v1 Service', 'a', externalName)] })).toEqual([]);
    const hosts = { spec: { hosts: ['*.shop.svc'] } };
    expect(looseEnds({ travelling: [aResource('networking.istio.io/v1 VirtualService', 'a', hosts)] })).toEqual([]);
    const cluster = { apiVersion: 'example.com/v1', kind: 'Lamp', metadata: { name: 'a' } };
    expect(looseEnds({ travelling: [cluster] })).toEqual([]);
  });
});

describe('a name of builds, Pipelines and operators leads nowhere', () => {
  it.each<readonly [type: string, spec: object, named: string]>([
    ['build.openshift.io/v1 BuildConfig', { source: { sourceSecret: { name: 'git' } } }, 'Secret git'],
    ['build.openshift.io/v1 BuildConfig', { strategy: { dockerStrategy: { pullSecret: { name: 'r' } } } }, 'Secret r'],
    ['build.openshift.io/v1 BuildConfig', { source: { configMaps: [{ configMap: { name: 'c' } }] } }, 'ConfigMap c'],
    ['tekton.dev/v1 PipelineRun', { pipelineRef: { name: 'build' } }, 'Pipeline build'],
    ['tekton.dev/v1 PipelineRun', { workspaces: [{ secret: { secretName: 'git' } }] }, 'Secret git'],
    ['tekton.dev/v1 Pipeline', { finally: [{ taskRef: { name: 'tidy' } }] }, 'Task tidy'],
    ['triggers.tekton.dev/v1beta1 EventListener', { triggers: [{ template: { ref: 't' } }] }, 'TriggerTemplate t'],
    ['postgresql.cnpg.io/v1 ScheduledBackup', { cluster: { name: 'db' } }, 'Cluster db'],
    ['postgresql.cnpg.io/v1 Cluster', { superuserSecret: { name: 'su' } }, 'Secret su'],
    [
      'monitoring.coreos.com/v1 PodMonitor',
      { podMetricsEndpoints: [{ bearerTokenSecret: { name: 'b' } }] },
      'Secret b',
    ],
    ['flagger.app/v1beta1 Canary', { targetRef: { kind: 'DaemonSet', name: 'web' } }, 'DaemonSet web'],
    ['projectcontour.io/v1 HTTPProxy', { virtualhost: { tls: { secretName: 'tls' } } }, 'Secret tls'],
    ['volsync.backube/v1alpha1 ReplicationSource', { restic: { repository: 'restic' } }, 'Secret restic'],
  ])('from %s with %j to %s', (type, spec, named) => {
    expect(looseEnds({ travelling: [aResource(type, 'one', { spec })] })).toEqual([
      `${type} shop/one names ${named}, ${absent}`,
    ]);
  });

  it('from a label of Strimzi, and not to a Task of the whole cluster', () => {
    const topic = aResource('kafka.strimzi.io/v1beta2 KafkaTopic', 'orders', {
      metadata: { labels: { 'strimzi.io/cluster': 'events' } },
    });
    expect(looseEnds({ travelling: [topic] })).toEqual([
      `kafka.strimzi.io/v1beta2 KafkaTopic shop/orders names Kafka events, ${absent}`,
    ]);
    const run = aResource('tekton.dev/v1beta1 TaskRun', 'a', { spec: { taskRef: { kind: 'ClusterTask', name: 'a' } } });
    expect(looseEnds({ travelling: [run] })).toEqual([]);
  });
});
