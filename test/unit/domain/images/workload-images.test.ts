import { describe, expect, it } from 'vitest';

import { formatImageName } from '../../../../src/domain/oci/image-location.ts';
import { internalAliases } from '../../../../src/domain/images/registry-hosts.ts';
import { findWorkloadImages } from '../../../../src/domain/images/workload-images.ts';
import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { aDeployment, aResource, digest, internal, outside } from '../../../builders/image-plan.ts';

const hosts = internalAliases({ internal, public: [outside] });
const image = `${internal}/shop/web:1`;
const podSpec = { containers: [{ name: 'web', image }] };

function imagesOf(resource: Resource): readonly string[] {
  return findWorkloadImages(resource, hosts).images.map((use) => formatImageName(use.reference));
}

describe('findWorkloadImages', () => {
  it.each<[string, JsonObject]>([
    ['Pod', podSpec],
    ['Pod', { initContainers: podSpec.containers }],
    ['Pod', { ephemeralContainers: podSpec.containers }],
    ['Pod', { volumes: [{ image: { reference: image } }] }],
    ['Pod', { volumes: [{ image: { reference: image, pullPolicy: 'Always' } }] }],
    ['Deployment', { template: { spec: podSpec } }],
    ['StatefulSet', { template: { spec: podSpec } }],
    ['DaemonSet', { template: { spec: podSpec } }],
    ['ReplicaSet', { template: { spec: podSpec } }],
    ['ReplicationController', { template: { spec: podSpec } }],
    ['Job', { template: { spec: podSpec } }],
    ['CronJob', { jobTemplate: { spec: { template: { spec: podSpec } } } }],
    ['DeploymentConfig', { template: { spec: podSpec } }],
    ['DeploymentConfig', { strategy: { customParams: { image } } }],
    ['BuildConfig', { strategy: { dockerStrategy: { from: { kind: 'DockerImage', name: image } } } }],
    ['ShopBackup', { nested: { podTemplate: { spec: podSpec } } }],
    ['ShopBackup', { workerImage: image }],
    ['ShopBackup', { env: [{ name: 'RELATED_IMAGE', value: image }] }],
    ['ShopBackup', { value: `pull ${image}` }],
    ['ShopBackup', { image: `${internal}/shop/web`, tag: '1' }],
    ['Deployment', { template: { spec: { containers: [{ args: [`--sidecar=${image}`] }] } } }],
    ['Deployment', { template: { spec: { containers: [{ command: ['sh', '-c', `run ${image} --now`] }] } } }],
    ['Deployment', { template: { metadata: { annotations: { 'sidecar.test/image': image } } } }],
    ['BuildConfig', { source: { dockerfile: `FROM ${image}\nRUN true` } }],
  ])('finds images in a %s with %j', (kind, spec) => {
    expect(imagesOf(aResource(kind, 'x', { spec }))).toEqual([image]);
  });

  it('finds images in the objects of a Template', () => {
    expect(imagesOf(aResource('Template', 'x', { objects: [aDeployment('web', image)] }))).toEqual([image]);
  });

  it.each<[string, Resource]>([
    ['another registry', aDeployment('web', 'quay.io/shop/web:1')],
    [
      'what a build writes',
      aResource('BuildConfig', 'x', { spec: { output: { to: { kind: 'DockerImage', name: image } } } }),
    ],
    [
      'what a trigger saw last',
      aResource('DeploymentConfig', 'x', {
        spec: { triggers: [{ imageChangeParams: { lastTriggeredImage: image } }] },
      }),
    ],
    ['the status', aResource('Pod', 'x', { status: { containerStatuses: [{ image }] } })],
    [
      'annotations that record',
      aResource('Pod', 'x', {
        metadata: {
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': image, 'openshift.io/a': image },
        },
      }),
    ],
    ['a repository prefix in a variable', aResource('ShopBackup', 'x', { spec: { value: `${internal}/shop/web` } })],
    ['numbers and nulls', aResource('ShopBackup', 'x', { spec: { image: 7, other: null } })],
  ])('skips %s', (_what, resource) => {
    expect(imagesOf(resource)).toEqual([]);
  });

  it('finds images in a ConfigMap and in an annotation', () => {
    const map = aResource('ConfigMap', 'x', { data: { config: `executor:\n  image: ${image}\n` } });
    expect(imagesOf(map)).toEqual([image]);
    expect(imagesOf(aResource('Pod', 'x', { metadata: { annotations: { image } } }))).toEqual([image]);
  });
});

describe('findWorkloadImages, in texts and builds', () => {
  it('knows what only texts name', () => {
    const isText = (resource: Resource): readonly boolean[] =>
      findWorkloadImages(resource, hosts).images.map((use) => use.isText);
    const args = [`pull ${image}`];
    expect(isText(aResource('ShopBackup', 'x', { spec: { args } }))).toEqual([true]);
    expect(isText(aResource('ShopBackup', 'x', { spec: { args, value: image } }))).toEqual([false]);
    expect(isText(aResource('ConfigMap', 'x', { data: { image } }))).toEqual([true]);
  });

  it('names what texts leave open, except for what has ended', () => {
    const spec = { args: [`--prefix=${internal}/shop`, internal] };
    const by = 'ShopBackup shop/x';
    expect(findWorkloadImages(aResource('ShopBackup', 'x', { spec }), hosts).mentions).toEqual([
      { name: internal, by },
      { name: `${internal}/shop`, by },
    ]);
    expect(findWorkloadImages(aResource('ControllerRevision', 'x', { data: spec }), hosts).mentions).toEqual([]);
  });

  it('finds the streams that a BuildConfig builds from', () => {
    const from = (name: string, kind = 'ImageStreamTag', namespace?: string): object => ({ kind, name, namespace });
    const spec = {
      strategy: { type: 'Source', sourceStrategy: { from: from('python:3', 'ImageStreamTag', 'builders') } },
      source: { images: [{ from: from('artifacts:1', 'ImageStreamTag', 'ci') }, {}] },
      triggers: [{ type: 'ImageChange', imageChange: { from: from('base') } }, { imageChange: {} }],
    };
    const tagsOf = (value: object): readonly string[] =>
      findWorkloadImages(aResource('BuildConfig', 'x', { spec: value }), hosts).tags.map(({ tag }) => tag);
    expect(tagsOf(spec)).toEqual(['builders/python:3', 'ci/artifacts:1', 'shop/base:latest']);
    const pinned = from(`base@${digest('a')}`, 'ImageStreamImage', 'ci');
    expect(tagsOf({ strategy: { dockerStrategy: { from: pinned } } })).toEqual([`ci/base@${digest('a')}`]);
    expect(tagsOf({ strategy: { customStrategy: { from: { kind: 'DockerImage', name: 'quay.io/a' } } } })).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['Pod', { volumes: [{ image: { reference: `${internal}/shop/web` } }] }],
    ['BuildConfig', { strategy: { dockerStrategy: { from: { kind: 'DockerImage', name: `${internal}/shop/web` } } } }],
    ['VirtualMachine', { volumes: [{ containerDisk: { image: `${internal}/shop/web` } }] }],
  ])('takes the name of an image without tag in a %s with %j', (kind, spec) => {
    const found = findWorkloadImages(aResource(kind, 'x', { spec }), hosts);
    expect(found.images.map(({ reference, isText }) => [formatImageName(reference), isText])).toEqual([
      [`${internal}/shop/web`, false],
    ]);
    expect(found.mentions).toEqual([]);
  });

  it('takes an image field without tag, and each name once', () => {
    const name = `${outside}/shop/web`;
    const resource = aResource('Pod', 'x', {
      spec: { containers: [{ image: name }], initContainers: [{ image: name }] },
    });
    expect(findWorkloadImages(resource, hosts).images).toEqual([
      {
        reference: { host: outside, path: 'shop/web' },
        by: 'Pod shop/x',
        isHistory: false,
        isFixed: true,
        isText: false,
      },
    ]);
  });

  it('names a resource without namespace', () => {
    const resource = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec: { image, image2: 'web' } };
    expect(findWorkloadImages(resource, hosts).images[0]?.by).toBe('Thing /x');
  });
});

describe('what a workload says of its images', () => {
  const owned = { metadata: { ownerReferences: [{ controller: true }] } };
  it.each<[string, boolean, Resource]>([
    [
      'a ReplicaSet scaled to none',
      true,
      aResource('ReplicaSet', 'x', { ...owned, spec: { ...podSpec, replicas: 0 } }),
    ],
    ['a running ReplicaSet', false, aResource('ReplicaSet', 'x', { ...owned, spec: { ...podSpec, replicas: 1 } })],
    ['a ReplicaSet of its own', false, aResource('ReplicaSet', 'x', { spec: { ...podSpec, replicas: 0 } })],
    [
      'an old ReplicationController',
      true,
      aResource('ReplicationController', 'x', { ...owned, spec: { ...podSpec, replicas: 0 } }),
    ],
    [
      'a finished Job',
      true,
      aResource('Job', 'x', {
        ...owned,
        spec: podSpec,
        status: { conditions: [{ type: 'Complete', status: 'True' }] },
      }),
    ],
    [
      'a failed Job',
      true,
      aResource('Job', 'x', { ...owned, spec: podSpec, status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
    ],
    [
      'a suspended Job',
      false,
      aResource('Job', 'x', {
        ...owned,
        spec: podSpec,
        status: { conditions: [{ type: 'Suspended', status: 'True' }, {}] },
      }),
    ],
    [
      'a Job that did not fail',
      false,
      aResource('Job', 'x', { ...owned, spec: podSpec, status: { conditions: [{ type: 'Failed', status: 'False' }] } }),
    ],
    ['a finished Pod', true, aResource('Pod', 'x', { ...owned, spec: podSpec, status: { phase: 'Succeeded' } })],
    ['a Pod without status', false, aResource('Pod', 'x', { ...owned, spec: podSpec })],
    ['an owned StatefulSet', false, aResource('StatefulSet', 'x', { ...owned, spec: { ...podSpec, replicas: 0 } })],
    ['a ControllerRevision', true, aResource('ControllerRevision', 'x', { data: { spec: podSpec } })],
  ])('knows whether only history names an image: %s', (_what, isHistory, resource) => {
    expect(findWorkloadImages(resource, hosts).images[0]?.isHistory).toBe(isHistory);
  });

  it('finds the tags that a DeploymentConfig follows', () => {
    const triggers = [
      { type: 'ConfigChange' },
      { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'web:1' } } },
      { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'php', namespace: 'openshift' } } },
      { imageChangeParams: { from: { kind: 'DockerImage', name: 'quay.io/web' } } },
      { imageChangeParams: { from: { kind: 'ImageStreamTag' } } },
    ];
    const found = findWorkloadImages(aResource('DeploymentConfig', 'x', { spec: { triggers, ...podSpec } }), hosts);
    expect(found.tags.map(({ tag }) => tag)).toEqual(['openshift/php:latest', 'shop/web:1']);
    expect(found.images[0]?.isFixed).toBe(false);
  });

  it.each([
    ['[{"from":{"kind":"ImageStreamTag","name":"web:1"}}]', ['shop/web:1']],
    ['{"from":1}', []],
    ['no JSON', []],
  ])('reads the trigger annotation %s', (text, tags) => {
    const annotations = { 'image.openshift.io/triggers': text };
    const resource = aResource('Deployment', 'x', { metadata: { annotations }, spec: {} });
    expect(findWorkloadImages(resource, hosts).tags.map(({ tag }) => tag)).toEqual(tags);
  });

  it.each([
    ['web', ['shop/web:latest']],
    ['web:1', ['shop/web:1']],
    ['library/web', []],
    [`web@${digest('a')}`, []],
  ])('marks the short name %s, which a stream may resolve', (name, tags) => {
    const found = findWorkloadImages(aDeployment('x', name), hosts).tags;
    expect(found).toEqual(tags.map((tag) => ({ tag, by: 'Deployment shop/x', isShortName: true })));
  });
});
