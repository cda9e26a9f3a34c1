import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../../../../src/domain/kube/exact-integers.ts';
import { contentOf } from '../../../../../src/domain/transform/traces/content.ts';
import { contentDigest } from '../../../../../src/usecases/cluster/content-digest.ts';
import { sha256Of } from '../../../../../src/adapters/files/digest.ts';
import { aResource } from '../../../../builders/transform.ts';

describe('the content of a resource', () => {
  it('has nothing that only the server writes', () => {
    const metadata = {
      uid: 'u',
      resourceVersion: '7',
      generation: 2,
      creationTimestamp: 'x',
      deletionTimestamp: 'y',
      deletionGracePeriodSeconds: 30,
      selfLink: '/a',
      managedFields: [{}],
      labels: { app: 'web' },
      ownerReferences: [{ name: 'owner' }],
    };
    const live = aResource('v1 ConfigMap', 'a', { metadata, data: { k: 'v' }, status: { phase: 'x' } });
    expect(contentOf(live)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop', labels: { app: 'web' }, ownerReferences: [{ name: 'owner' }] },
      data: { k: 'v' },
    });
  });

  it('keeps the annotations and finalizers of users, not those of controllers', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'deployment.kubernetes.io/revision': '3',
      'crane-tasks.dev/replicas': '2',
      team: 'shop',
    };
    const finalizers = ['kubernetes.io/pvc-protection', 'foregroundDeletion', 'shop.example.com/bill', 7];
    expect(contentOf(aResource('v1 Pod', 'a', { metadata: { annotations, finalizers } })).metadata).toEqual({
      name: 'a',
      namespace: 'shop',
      annotations: { team: 'shop' },
      finalizers: ['shop.example.com/bill', 7],
    });
  });

  it('takes empty labels, annotations and finalizers for none', () => {
    const metadata = { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' }, labels: {}, finalizers: [] };
    expect(contentOf(aResource('v1 Pod', 'a', { metadata })).metadata).toEqual({ name: 'a', namespace: 'shop' });
  });

  it('leaves out what binding writes into a claim', () => {
    const claim = aResource('v1 PersistentVolumeClaim', 'a', {
      spec: { volumeName: 'pv-1', storageClassName: 'fast' },
    });
    expect(contentOf(claim)['spec']).toEqual({ storageClassName: 'fast' });
    expect(contentOf(aResource('v1 PersistentVolumeClaim', 'a'))).not.toHaveProperty('spec');
  });

  it('leaves out the secrets that OpenShift adds to an account, and the finalizers of a Namespace', () => {
    const generated = [{ name: 'web-dockercfg-x7k2p' }];
    const account = aResource('v1 ServiceAccount', 'web', {
      secrets: [...generated, { name: 'partner' }],
      imagePullSecrets: generated,
    });
    expect(contentOf(account)['secrets']).toEqual([{ name: 'partner' }]);
    expect(contentOf({ ...account, secrets: ['broken'] })['secrets']).toEqual(['broken']);
    expect(contentOf(account)).not.toHaveProperty('imagePullSecrets');
    expect(contentOf(aResource('v1 Namespace', 'a', { spec: { finalizers: ['kubernetes'] } }))).not.toHaveProperty(
      'spec',
    );
  });

  it('leaves out the host that a router made up for a Route, not one that was asked for', () => {
    const spec = { host: 'web.apps.example.com', to: { kind: 'Service', name: 'web' } };
    const route = (annotations: object) =>
      contentOf(aResource('route.openshift.io/v1 Route', 'web', { metadata: { annotations }, spec }));
    expect(route({ 'openshift.io/host.generated': 'true' })['spec']).toEqual({ to: spec.to });
    expect(route({})['spec']).toEqual(spec);
  });

  it('keeps a host that was edited while the mark of a generated one remained', () => {
    const route = (host: string) =>
      contentOf(
        aResource('route.openshift.io/v1 Route', 'web', {
          metadata: { annotations: { 'openshift.io/host.generated': 'true' } },
          spec: { host },
          status: { ingress: [{ routerCanonicalHostname: 'router-default.apps.example.net' }] },
        }),
      );
    expect(route('www.example.com')['spec']).toEqual({ host: 'www.example.com' });
    expect(route('web-shop.apps.example.net')['spec']).toEqual({});
  });

  it('leaves out the generations that imports give to tags', () => {
    const spec = (generation: number) => ({ tags: [{ name: '1', generation, from: { name: 'web:1' } }] });
    const stream = (generation: number) =>
      contentOf(aResource('image.openshift.io/v1 ImageStream', 'web', { spec: spec(generation) }));
    expect(canonicalJson(stream(1))).toBe(canonicalJson(stream(2)));
    expect(stream(1)['spec']).toEqual({ tags: [{ name: '1', from: { name: 'web:1' } }] });
    const tag = (generation: number) =>
      contentOf(aResource('image.openshift.io/v1 ImageStreamTag', 'web:1', { tag: { generation, name: '1' } }));
    expect(canonicalJson(tag(1))).toBe(canonicalJson(tag(2)));
    expect(tag(1)['tag']).toEqual({ name: '1' });
  });

  it.each([{}, { spec: null }, { spec: { tags: null } }, { spec: { tags: ['odd'] } }])(
    'keeps a stream without tags as it is: %j',
    (more) => {
      expect(contentOf(aResource('image.openshift.io/v1 ImageStream', 'web', more))).toMatchObject(more);
    },
  );

  it('leaves out what a computed ImageStreamTag shows of its image', () => {
    const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1', {
      tag: { name: '1' },
      image: { a: 1 },
      generation: 2,
      conditions: [],
    });
    expect(Object.keys(contentOf(tag)).sort()).toEqual(['apiVersion', 'kind', 'metadata', 'tag']);
  });
});

describe('what controllers write for an object that asks for it', () => {
  it.each([
    ['ConfigMap', { annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' } }, 'service-ca.crt'],
    ['ConfigMap', { annotations: { 'service.alpha.openshift.io/inject-cabundle': 'true' } }, 'service-ca.crt'],
    ['ConfigMap', { labels: { 'config.openshift.io/inject-trusted-cabundle': 'true' } }, 'ca-bundle.crt'],
  ])('leaves out what a controller injects into a %s with %j, and keeps the mark', (kind, metadata, key) => {
    const config = contentOf(aResource(`v1 ${kind}`, 'ca', { metadata, data: { [key]: 'x', own: 'y' } }));
    expect(config['data']).toEqual({ own: 'y' });
    expect(config.metadata).toEqual({ name: 'ca', namespace: 'shop', ...metadata });
    expect(contentOf(aResource(`v1 ${kind}`, 'ca', { data: { [key]: 'x' } }))['data']).toEqual({ [key]: 'x' });
  });

  it('leaves out the CA bundles of webhooks and the rules of aggregated roles', () => {
    const webhooks = [{ name: 'a', clientConfig: { caBundle: 'x', url: 'https://a' } }];
    const annotations = { 'cert-manager.io/inject-ca-from': 'shop/web' };
    const type = 'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration';
    expect(contentOf(aResource(type, 'a', { metadata: { annotations }, webhooks }))['webhooks']).toEqual([
      { name: 'a', clientConfig: { url: 'https://a' } },
    ]);
    const role = { aggregationRule: { clusterRoleSelectors: [] }, rules: [{ verbs: ['get'] }] };
    expect(contentOf(aResource('rbac.authorization.k8s.io/v1 ClusterRole', 'a', role))).not.toHaveProperty('rules');
  });

  it('leaves out annotations, labels and finalizers only on the kinds that a controller writes them on', () => {
    const metadata = {
      annotations: { 'ingress.kubernetes.io/backends': '{}' },
      labels: { 'security.istio.io/tlsMode': 'istio' },
      finalizers: ['networking.gke.io/ingress-finalizer-V2'],
    };
    expect(contentOf(aResource('networking.k8s.io/v1 Ingress', 'a', { metadata })).metadata).toEqual({
      name: 'a',
      namespace: 'shop',
      labels: metadata.labels,
    });
    expect(contentOf(aResource('v1 Pod', 'a', { metadata })).metadata).toEqual({
      name: 'a',
      namespace: 'shop',
      annotations: metadata.annotations,
      finalizers: metadata.finalizers,
    });
  });
});

describe('what triggers write', () => {
  const template = (images: Readonly<Record<string, string | undefined>>) => ({
    spec: {
      containers: Object.entries(images).map(([name, image]) => (image === undefined ? { name } : { name, image })),
    },
  });

  it('is not content of a DeploymentConfig', () => {
    const config = aResource('apps.openshift.io/v1 DeploymentConfig', 'web', {
      spec: {
        triggers: [
          { type: 'ConfigChange' },
          { imageChangeParams: { containerNames: ['web'], lastTriggeredImage: 'a@sha256:1' } },
          'broken',
        ],
        template: template({ web: 'a@sha256:1', proxy: 'b' }),
      },
    });
    expect(contentOf(config)['spec']).toEqual({
      triggers: [{ type: 'ConfigChange' }, { imageChangeParams: { containerNames: ['web'] } }, 'broken'],
      template: template({ web: undefined, proxy: 'b' }),
    });
  });

  it('is not content of a BuildConfig', () => {
    const config = aResource('build.openshift.io/v1 BuildConfig', 'web', {
      spec: { triggers: [{ type: 'ImageChange', imageChange: { lastTriggeredImageID: 'a', from: 'b' } }] },
    });
    expect(contentOf(config)['spec']).toEqual({ triggers: [{ type: 'ImageChange', imageChange: { from: 'b' } }] });
  });

  it('is not content of a Deployment that names its triggers in an annotation', () => {
    const triggers = JSON.stringify([{ fieldPath: 'spec.template.spec.containers[?(@.name=="web")].image' }]);
    const metadata = { annotations: { 'image.openshift.io/triggers': triggers } };
    const spec = { replicas: 1, template: template({ web: 'a', proxy: 'b' }) };
    expect(contentOf(aResource('apps/v1 Deployment', 'web', { metadata, spec }))['spec']).toEqual({
      replicas: 1,
      template: template({ web: undefined, proxy: 'b' }),
    });
    expect(contentOf(aResource('apps/v1 Deployment', 'web', { metadata, spec: { replicas: 1 } }))['spec']).toEqual({
      replicas: 1,
    });
  });
});

describe('canonical JSON', () => {
  it('is the same for equal values, whatever the order of their members', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  });

  it('keeps the digits of integers that no double holds', () => {
    expect(canonicalJson({ a: 9007199254740993n })).toBe('{"a":9007199254740993}');
  });
});

describe('the digest of a content', () => {
  it('finds whether something but the bookkeeping of servers changed', () => {
    const digest = (more: Readonly<Record<string, unknown>>) =>
      contentDigest(aResource('v1 ConfigMap', 'a', more), sha256Of);
    const before = digest({ data: { k: 'v' }, metadata: { resourceVersion: '1' } });
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digest({ metadata: { resourceVersion: '2' }, data: { k: 'v' } })).toBe(before);
    expect(digest({ data: { k: 'w' } })).not.toBe(before);
  });
});
