import { describe, expect, it } from 'vitest';

import { createOpenshiftPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { aResource, withFlags } from '../../../../builders/transform.ts';

const decide = withFlags(createOpenshiftPlugin);
const internal = 'image-registry.openshift-image-registry.svc:5000';
const moved = withFlags(createOpenshiftPlugin, {
  'registry-replacement': `${internal}/shop=${internal}/store,out.example/shop=new.example/store`,
});

function aSecret(name: string, type: string, annotations: Record<string, string> = {}) {
  return aResource('v1 Secret', name, { type, metadata: { annotations } });
}

describe('the OpenShiftPlugin leaves out', () => {
  it.each([
    [aResource('build.openshift.io/v1 Build', 'web-1'), /record/],
    [aResource('v1 ServiceAccount', 'builder'), /project/],
    [aResource('v1 ServiceAccount', 'deployer'), /project/],
    [aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'system:image-pullers'), /project/],
    [aResource('v1 ConfigMap', 'openshift-service-ca.crt'), /project/],
    [aSecret('x', 'Opaque', { 'kubernetes.io/service-account.name': 'pipeline' }), /project/],
    [aSecret('x', 'kubernetes.io/dockercfg', { 'kubernetes.io/service-account.name': 'web' }), /login/],
    [aSecret('x', 'kubernetes.io/dockercfg', { 'openshift.io/token-secret.name': 'y' }), /login/],
    [
      aSecret('x', 'kubernetes.io/dockercfg', { 'openshift.io/internal-registry-auth-token.binding': 'bound' }),
      /login/,
    ],
    [aSecret('web-dockercfg-ab1de', 'kubernetes.io/dockercfg'), /login/],
    [
      aResource('operators.coreos.com/v1alpha1 ClusterServiceVersion', 'x', {
        metadata: { labels: { 'olm.copiedFrom': 'y' } },
      }),
      /copy/,
    ],
  ])('%j', (resource, reason) => {
    expect(decide(resource)).toMatch(reason);
  });

  it.each([
    aResource('shipwright.io/v1beta1 Build', 'web'),
    aResource('v1 ServiceAccount', 'web'),
    aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'view'),
    aResource('v1 ConfigMap', 'settings'),
    aSecret('mine', 'kubernetes.io/dockercfg'),
    aSecret('mine', 'Opaque', { 'kubernetes.io/service-account.name': 'web' }),
    aResource('operators.coreos.com/v1alpha1 ClusterServiceVersion', 'x'),
  ])('not %j', (resource) => {
    expect(decide(resource)).toEqual([]);
  });

  it('less when flags say so', () => {
    const keep = withFlags(createOpenshiftPlugin, { 'strip-default-rbac': 'false', 'strip-default-cabundle': 'false' });
    expect(keep(aResource('v1 ServiceAccount', 'builder'))).toEqual([]);
    expect(keep(aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'admin'))).toEqual([]);
    expect(keep(aResource('v1 ConfigMap', 'openshift-service-ca.crt'))).toEqual([]);
    expect(keep(aSecret('x', 'Opaque', { 'kubernetes.io/service-account.name': 'builder' }))).toEqual([]);
  });
});

describe('pull secrets', () => {
  const list = [{ name: 'default-dockercfg-abcde' }, { name: 'mine' }, { name: 'web-dockercfg-abcde' }, {}];

  it('that OpenShift generated go from pods and templates, by the account they run as', () => {
    const spec = { serviceAccountName: 'web', containers: [{}], imagePullSecrets: list };
    expect(decide(aResource('v1 Pod', 'web', { spec }))).toEqual([
      'remove /spec/imagePullSecrets/2',
      'remove /spec/imagePullSecrets/0',
    ]);
    const template = { spec: { containers: [{}], imagePullSecrets: list } };
    expect(decide(aResource('apps/v1 Deployment', 'web', { spec: { template } }))).toEqual([
      'remove /spec/template/spec/imagePullSecrets/0',
    ]);
  });

  it('of a ServiceAccount go when they are its own', () => {
    expect(decide(aResource('v1 ServiceAccount', 'web', { imagePullSecrets: list }))).toEqual([
      'remove /imagePullSecrets/2',
    ]);
  });

  it('are replaced as the flag says, and kept when requested', () => {
    const replace = withFlags(createOpenshiftPlugin, {
      'pull-secret-replacement': 'default-dockercfg-abcde=login,mine=mine',
    });
    expect(replace(aResource('v1 Pod', 'web', { spec: { containers: [{}], imagePullSecrets: list } }))).toEqual([
      'replace /spec/imagePullSecrets/0/name "login"',
    ]);
    const keep = withFlags(createOpenshiftPlugin, { 'strip-default-pull-secrets': 'false' });
    expect(keep(aResource('v1 Pod', 'web', { spec: { containers: [{}], imagePullSecrets: list } }))).toEqual([]);
  });
});

describe('a Route', () => {
  it('loses a generated host and keeps a chosen one', () => {
    const generated = {
      metadata: { annotations: { 'openshift.io/host.generated': 'true' } },
      spec: { host: 'web-shop.apps.example' },
    };
    expect(decide(aResource('route.openshift.io/v1 Route', 'web', generated))).toEqual(['remove /spec/host']);
    expect(decide(aResource('route.openshift.io/v1 Route', 'web', { ...generated, spec: {} }))).toEqual([]);
    expect(decide(aResource('route.openshift.io/v1 Route', 'web', { spec: { host: 'shop.example' } }))).toEqual([]);
    expect(decide(aResource('serving.knative.dev/v1 Route', 'web', generated))).toEqual([]);
  });
});

describe('a Pod', () => {
  it('loses what admission and the network wrote into its annotations', () => {
    const annotations = { 'openshift.io/scc': 'restricted-v2', 'k8s.ovn.org/pod-networks': '{}', 'example.com/a': 'b' };
    expect(decide(aResource('v1 Pod', 'web', { metadata: { annotations } }))).toEqual([
      'remove /metadata/annotations/openshift.io~1scc',
      'remove /metadata/annotations/k8s.ovn.org~1pod-networks',
    ]);
  });
});

describe('image triggers', () => {
  const triggers = [
    { type: 'ConfigChange' },
    {
      imageChangeParams: {
        from: { kind: 'ImageStreamTag', name: 'web:latest', namespace: 'shop' },
        lastTriggeredImage: `${internal}/shop/web@sha256:1`,
      },
    },
    { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'openshift' } } },
    { imageChangeParams: { from: { kind: 'DockerImage', name: 'out.example/shop/web:1' } } },
    { imageChangeParams: { from: { kind: 'DockerImage' } } },
    { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'web:latest' } } },
  ];

  it('of a DeploymentConfig follow their namespace and registry', () => {
    expect(moved(aResource('apps.openshift.io/v1 DeploymentConfig', 'web', { spec: { triggers } }))).toEqual([
      'replace /spec/triggers/1/imageChangeParams/from/namespace "store"',
      `replace /spec/triggers/1/imageChangeParams/lastTriggeredImage "${internal}/store/web@sha256:1"`,
      'replace /spec/triggers/3/imageChangeParams/from/name "new.example/store/web:1"',
    ]);
  });

  it('of hooks and the image of a custom strategy follow them too', () => {
    const tagImages = ['shop', 'openshift', undefined].map((namespace) => ({
      containerName: 'web',
      to: { kind: 'ImageStreamTag', name: 'web:live', ...(namespace && { namespace }) },
    }));
    const strategy = {
      customParams: { image: `${internal}/shop/deployer:1` },
      recreateParams: { post: { tagImages }, mid: { execNewPod: {} } },
      rollingParams: { pre: { tagImages: tagImages.slice(0, 1) } },
    };
    expect(moved(aResource('apps.openshift.io/v1 DeploymentConfig', 'web', { spec: { strategy } }))).toEqual([
      `replace /spec/strategy/customParams/image "${internal}/store/deployer:1"`,
      'replace /spec/strategy/recreateParams/post/tagImages/0/to/namespace "store"',
      'replace /spec/strategy/rollingParams/pre/tagImages/0/to/namespace "store"',
    ]);
  });

  it('lose their own namespace when nothing has its new name', () => {
    expect(decide(aResource('apps.openshift.io/v1 DeploymentConfig', 'web', { spec: { triggers } }))).toEqual([
      'remove /spec/triggers/1/imageChangeParams/from/namespace',
    ]);
    const same = withFlags(createOpenshiftPlugin, { 'registry-replacement': `${internal}/shop=new.example/shop` });
    const [, first] = triggers;
    expect(
      same(
        aResource('apps.openshift.io/v1 DeploymentConfig', 'web', {
          spec: { triggers: [{ imageChangeParams: { from: first?.imageChangeParams?.from } }] },
        }),
      ),
    ).toEqual([]);
  });

  it('in an annotation are changed as JSON', () => {
    const value = JSON.stringify([
      {
        from: triggers[1]?.imageChangeParams?.from,
        fieldPath: 'spec.template.spec.containers[?(@.name=="web")].image',
      },
    ]);
    const annotations = { 'image.openshift.io/triggers': value };
    const expected = JSON.stringify(value.replace('"namespace":"shop"', '"namespace":"store"'));
    expect(moved(aResource('apps/v1 Deployment', 'web', { metadata: { annotations } }))).toEqual([
      `replace /metadata/annotations/image.openshift.io~1triggers ${expected}`,
    ]);
  });

  it.each(['{', '{}', '[]', '[1]'])('in an annotation %j are not changed', (value) => {
    expect(
      moved(
        aResource('apps/v1 Deployment', 'web', { metadata: { annotations: { 'image.openshift.io/triggers': value } } }),
      ),
    ).toEqual([]);
  });

  it('of a cluster-scoped resource have no namespace of their own', () => {
    const annotations = {
      'image.openshift.io/triggers': '[{"from":{"kind":"ImageStreamTag","name":"a:b","namespace":"shop"}}]',
    };
    const resource = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'g', annotations } };
    expect(decide(resource)).toEqual([]);
    const config = {
      apiVersion: 'build.openshift.io/v1',
      kind: 'BuildConfig',
      metadata: { name: 'g' },
      spec: { triggers: [{}] },
    };
    expect(decide(config)).toEqual([]);
  });
});

describe('a BuildConfig', () => {
  const spec = {
    output: { to: { kind: 'ImageStreamTag', name: 'web:latest' }, pushSecret: { name: 'builder-dockercfg-abcde' } },
    strategy: {
      dockerStrategy: { from: { kind: 'DockerImage', name: 'out.example/shop/base:1' }, pullSecret: { name: 'mine' } },
      sourceStrategy: { from: { kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'shop' } },
    },
    source: {
      images: [{ from: { kind: 'ImageStreamImage', name: 'a@b', namespace: 'shop' }, pullSecret: { name: 'kept' } }],
    },
    triggers: [
      {
        imageChange: {
          from: { kind: 'ImageStreamTag', name: 'a:b', namespace: 'shop' },
          lastTriggeredImageID: `${internal}/shop/a@sha256:1`,
        },
      },
      {},
    ],
  };

  it('moves with its references, and leaves generated logins behind', () => {
    expect(moved(aResource('build.openshift.io/v1 BuildConfig', 'web', { spec }))).toEqual([
      'replace /spec/strategy/sourceStrategy/from/namespace "store"',
      'replace /spec/strategy/dockerStrategy/from/name "new.example/store/base:1"',
      'replace /spec/source/images/0/from/namespace "store"',
      'remove /spec/output/pushSecret',
      'replace /spec/triggers/0/imageChange/from/namespace "store"',
      `replace /spec/triggers/0/imageChange/lastTriggeredImageID "${internal}/store/a@sha256:1"`,
    ]);
  });

  it('gets other logins as the flag says', () => {
    const replace = withFlags(createOpenshiftPlugin, {
      'pull-secret-replacement': 'mine=yours,kept=kept',
      'strip-default-pull-secrets': 'false',
    });
    expect(
      replace(
        aResource('build.openshift.io/v1 BuildConfig', 'web', {
          spec: { ...spec, triggers: [], source: { images: [{ pullSecret: { name: 'kept' } }] } },
        }),
      ),
    ).toEqual([
      'remove /spec/strategy/sourceStrategy/from/namespace',
      'replace /spec/strategy/dockerStrategy/pullSecret/name "yours"',
    ]);
  });

  it('with a Docker strategy and no base image is not a problem', () => {
    expect(
      decide(aResource('build.openshift.io/v1 BuildConfig', 'web', { spec: { strategy: { dockerStrategy: {} } } })),
    ).toEqual([]);
  });
});
