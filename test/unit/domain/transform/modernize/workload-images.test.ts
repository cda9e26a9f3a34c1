import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { internal, modernize } from '../../../../builders/modernize.ts';
import { aResource } from '../../../../builders/transform.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const at = '/spec/template/spec/containers/0/image';

function aStream(name: string, tags: readonly object[], { namespace = 'shop', ...spec }: StreamSpec = {}): Resource {
  return aResource('image.openshift.io/v1 ImageStream', name, {
    metadata: { namespace },
    spec,
    status: { tags },
  });
}

interface StreamSpec {
  readonly namespace?: string;
  readonly [member: string]: unknown;
}

function aTag(tag: string, reference: string, letter: string): object {
  return { tag, items: [{ image: digest(letter), dockerImageReference: `${reference}@${digest(letter)}` }] };
}

function aDeployment(image: string | undefined, triggers?: unknown, more: object = {}): Resource {
  const text = typeof triggers === 'string' ? triggers : JSON.stringify(triggers);
  const annotations = { ...(triggers === undefined ? {} : { 'image.openshift.io/triggers': text }), ...more };
  const container = { name: 'web', ...(image === undefined ? {} : { image }) };
  return aResource('apps/v1 Deployment', 'web', {
    metadata: { annotations },
    spec: { template: { spec: { containers: [container] } } },
  });
}

const fieldPath = 'spec.template.spec.containers[?(@.name=="web")].image';
const follow = (name: string, kind = 'ImageStreamTag') => [{ from: { kind, name }, fieldPath }];
const forget = 'remove /metadata/annotations/image.openshift.io~1triggers';

function imageOf(resource: Resource, others: readonly Resource[]): string {
  return modernize(resource, others).patches.find((patch) => patch.includes(at)) ?? 'unchanged';
}

describe('a workload that follows a tag', () => {
  const stream = aStream('web', [aTag('1', 'registry.example.com/web', 'a')]);

  it.each([
    ['by the name of a container', fieldPath],
    ['in single quotes', fieldPath.replaceAll('"', "'")],
    ['by its index', 'spec.template.spec.containers[0].image'],
  ])('gets its image, the container named %s', (_, path) => {
    const triggers = [{ from: { kind: 'ImageStreamTag', name: 'web:1' }, fieldPath: path }];
    expect(modernize(aDeployment('web', triggers), [stream])).toEqual({
      patches: [`replace ${at} "registry.example.com/web@${digest('a')}"`, forget],
      notes: ['no rollout any more when ImageStreamTag shop/web:1 changes'],
      reason: undefined,
    });
  });

  it('gets it also when the container names none', () => {
    expect(imageOf(aDeployment(undefined, follow('web:1')), [stream])).toMatch(/^add /);
  });

  it('keeps an image that has been written already', () => {
    const { patches } = modernize(aDeployment('registry.example.com/other:2', follow('web:1')), [stream]);
    expect(patches).toEqual([forget]);
  });

  it.each(['not json', '{}', '[{"fieldPath":"x"}]', '[{"from":{"kind":"ImageStreamTag","name":"web:1"}}]'])(
    'is not followed by an annotation that says nothing: %s',
    (text) => {
      expect(modernize(aDeployment('web', text), [stream]).patches).toEqual([forget]);
    },
  );

  it('is not another container', () => {
    for (const other of ['spec.template.spec.containers[1].image', 'spec.template.spec.initContainers[0].image']) {
      const triggers = [{ from: { kind: 'ImageStreamTag', name: 'web:1' }, fieldPath: other }];
      expect(imageOf(aDeployment('web', triggers), [stream])).toBe('unchanged');
    }
  });
});

describe('a tag', () => {
  const from = (kind: string, name: string, more: object = {}) => ({ kind, name, ...more });
  const spec = (...tags: object[]) => ({ tags });

  it('that was never imported means what its specification says', () => {
    const stream = aStream('web', [], spec({ name: '1', from: from('DockerImage', 'registry.example.com/web:1') }));
    expect(imageOf(aDeployment('web', follow('web:1')), [stream])).toBe(`replace ${at} "registry.example.com/web:1"`);
  });

  it('may be another one of its own stream, or of another one', () => {
    const stream = aStream(
      'web',
      [aTag('1', 'registry.example.com/web', 'a')],
      spec(
        { name: 'latest', from: from('ImageStreamTag', '1') },
        { name: 'far', from: from('ImageStreamTag', 'base:3', { namespace: 'base' }) },
      ),
    );
    const base = aStream('base', [aTag('3', 'registry.example.com/base', 'b')], { namespace: 'base' });
    expect(imageOf(aDeployment('web', follow('web:latest')), [stream])).toContain(digest('a'));
    expect(imageOf(aDeployment('web', follow('web:far')), [stream, base])).toContain(digest('b'));
    expect(imageOf(aDeployment('web', follow('web:far')), [stream])).toBe('unchanged');
  });

  it('that leads back to itself means nothing', () => {
    const stream = aStream('web', [], spec({ name: '1', from: from('ImageStreamTag', 'web:1') }));
    expect(imageOf(aDeployment('web', follow('web:1')), [stream])).toBe('unchanged');
  });

  it('may be named by a digest, or be an image itself', () => {
    const stream = aStream('web', [aTag('1', 'registry.example.com/web', 'a')]);
    const image = follow(`web@${digest('a')}`, 'ImageStreamImage');
    expect(imageOf(aDeployment('web', image), [stream])).toContain(digest('a'));
    expect(imageOf(aDeployment('web', follow(`web@${digest('b')}`, 'ImageStreamImage')), [stream])).toBe('unchanged');
    const plain = follow('registry.example.com/tool:1', 'DockerImage');
    const { notes } = modernize(aDeployment('web', plain));
    expect(notes).toEqual(['no rollout any more when image registry.example.com/tool:1 changes']);
  });
});

describe('a short name', () => {
  const tags = [aTag('latest', 'registry.example.com/web', 'a')];
  const local = aStream('web', tags, { lookupPolicy: { local: true } });
  const plain = aStream('web', tags);
  const resolve = { 'alpha.image.policy.openshift.io/resolve-names': '*' };

  it('means a stream that looks names up, or when the workload asks for it', () => {
    expect(imageOf(aDeployment('web'), [local])).toContain(digest('a'));
    expect(imageOf(aDeployment('web:latest'), [local])).toContain(digest('a'));
    expect(imageOf(aDeployment(`web@${digest('a')}`), [local])).toContain(`registry.example.com/web@${digest('a')}`);
    expect(imageOf(aDeployment('web', undefined, resolve), [plain])).toContain(digest('a'));
    const template = { metadata: { annotations: resolve }, spec: { containers: [{ name: 'web', image: 'web' }] } };
    expect(imageOf(aResource('apps/v1 Deployment', 'web', { spec: { template } }), [plain])).toContain(digest('a'));
  });

  it.each(['web', 'library/web', 'other', 'Not An Image'])('means no stream otherwise: %s', (image) => {
    expect(modernize(aDeployment(image), [plain]).patches).toEqual([]);
  });

  it('of a resource without a namespace means no stream of a namespace', () => {
    const { metadata, ...rest } = aDeployment('web');
    expect(imageOf({ ...rest, metadata: { name: metadata.name } }, [local])).toBe('unchanged');
  });
});

describe("an image in the source's own registry", () => {
  it('is noted when nothing names its destination', () => {
    const image = `${internal}/openshift/python:3`;
    expect(modernize(aDeployment(image)).notes).toEqual([
      `container web: image ${image} is in the source's own registry and no registry-replacement covers it`,
    ]);
    const flags = { 'registry-replacement': `${internal}/openshift=registry.example.org/base` };
    expect(modernize(aDeployment(image), [], flags)).toEqual({ patches: [], notes: [], reason: undefined });
  });

  it('is known by the public name in streams, too', () => {
    const status = { publicDockerImageRepository: 'registry.apps.example.com/shop/web' };
    const stream = aResource('image.openshift.io/v1 ImageStream', 'web', { status });
    const { notes } = modernize(aDeployment('registry.apps.example.com/shop/other:1'), [stream]);
    expect(notes).toEqual([expect.stringContaining('no registry-replacement covers it')]);
  });

  it('may be that of a container without a name', () => {
    const spec = { containers: [{ image: '' }] };
    expect(modernize(aResource('v1 Pod', 'web', { spec })).notes).toEqual(['container : no image is named']);
  });
});
