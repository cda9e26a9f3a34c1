import { location } from '../../../../builders/image-plan.ts';
import { describe, expect, it } from 'vitest';

import type { PlannedImage } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { plannedTags } from '../../../../../src/domain/images/plan/planned-tags.ts';
import type { Reason } from '../../../../../src/domain/reports/reasons.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { createImagestreamPlugin } from '../../../../../src/domain/transform/rules/imagestream-plugin.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { aResource, notesWithFlags, showVerdict, withFlags } from '../../../../builders/transform.ts';

const internal = 'image-registry.openshift-image-registry.svc:5000';
const decide = withFlags(createImagestreamPlugin);
const moved = withFlags(createImagestreamPlugin, {
  'registry-replacement': `${internal}/shop=${internal}/store,out.example=new.example`,
});
const digest = `sha256:${'a'.repeat(64)}`;

function aTag(from: unknown, image: string, more: object = {}) {
  const tag = from === undefined ? null : { name: 'v1', from, ...more };
  return aResource('image.openshift.io/v1 ImageStreamTag', 'web:v1', { tag, image: { dockerImageReference: image } });
}

function aStream(spec: object, tags: readonly unknown[] = []) {
  return aResource('image.openshift.io/v1 ImageStream', 'web', { spec, status: { tags } });
}

const imported = { tag: 'v1', items: [{ image: digest }] };

describe('an alias into a namespace that the destination may lack or forbid', () => {
  const elsewhere = { kind: 'ImageStreamTag', name: 'web:v2', namespace: 'base' };

  it('is left out when its image is copied', () => {
    expect(decide(aTag(elsewhere, `${internal}/shop/web@${digest}`))).toBe(
      "its image is in the source's registry and is copied as an image; it does not follow ImageStreamTag base/web:v2 at the destination",
    );
  });

  it('becomes an import of its image by digest when that is elsewhere', () => {
    const tag = aTag(elsewhere, `out.example/base@${digest}`, { reference: true, generation: 3 });
    expect(moved(tag)).toEqual([
      'remove /image',
      'remove /tag/generation',
      'remove /tag/reference',
      `replace /tag/from {"kind":"DockerImage","name":"new.example/base@${digest}"}`,
      'add /tag/importPolicy {"importMode":"PreserveOriginal"}',
    ]);
    expect(notesWithFlags(createImagestreamPlugin)(tag)).toEqual([
      'names its image by digest, and does not follow ImageStreamTag base/web:v2 at the destination',
    ]);
  });

  it('travels when that namespace moves too', () => {
    const both = withFlags(createImagestreamPlugin, { 'namespace-mapping': 'shop=store,base=ground' });
    expect(both(aTag(elsewhere, `${internal}/shop/web@${digest}`))).toEqual([
      'remove /image',
      'replace /tag/from/namespace "ground"',
    ]);
  });

  it('leaves the stream when it has no image, as does one by digest: the whole stream would be refused', () => {
    const tags = [
      { name: 'v1', from: elsewhere },
      { name: 'v2', from: { kind: 'ImageStreamImage', name: `web@${digest}` } },
      { name: 'v3', from: { kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'openshift' } },
    ];
    expect(decide(aStream({ tags }))).toEqual(['remove /spec/tags/1', 'remove /spec/tags/0']);
    expect(notesWithFlags(createImagestreamPlugin)(aStream({ tags }))).toEqual([
      'tag v1 has no image and is left out: the destination may lack or refuse its source ImageStreamTag base/web:v2',
      `tag v2 has no image and is left out: the destination may lack or refuse its source ImageStreamImage shop/web@${digest}`,
    ]);
  });
});

describe('a tag whose source was changed, and whose last import failed', () => {
  it.each([
    ['another repository', 'out.example/base', 'out.example/new:2'],
    ['another registry', 'out.example/base', 'else.example/base:1'],
    ["another repository of Docker's hub", 'docker.io/library/nginx', 'httpd'],
  ])('names the image that it has, from %s', (_what, repository, name) => {
    const policy = { scheduled: true, importMode: 'Legacy' };
    const tag = aTag({ kind: 'DockerImage', name }, `${repository}@${digest}`, { importPolicy: policy });
    expect(decide(tag)).toEqual([
      'remove /image',
      `replace /tag/from {"kind":"DockerImage","name":"${repository}@${digest}"}`,
      'add /tag/importPolicy {"importMode":"PreserveOriginal"}',
    ]);
    expect(notesWithFlags(createImagestreamPlugin)(tag)).toEqual([
      `names its image by digest, and does not follow ${name} at the destination`,
    ]);
  });

  it.each([
    ['nginx:1', 'nginx', 'docker.io/library/nginx'],
    ['index.docker.io/library/nginx', 'index.docker.io/library/nginx', 'library/nginx'],
    ['OUT.example/base:1', 'OUT.example/base', 'out.example/base'],
    ['out.example/_x:1', 'out.example/_x', 'out.example/base'],
  ])('is imported from %s where its image is known to be there, or the name is none', (name, source, repository) => {
    const image = { metadata: { name: digest }, dockerImageReference: `${repository}@${digest}` };
    expect(decide({ ...aTag({ kind: 'DockerImage', name }, ''), image })).toEqual([
      'remove /image',
      `replace /tag/from/name "${source}@${digest}"`,
    ]);
  });

  it('is imported from where the user wants it', () => {
    const chosen = withFlags(createImagestreamPlugin, {
      'registry-replacement': 'out.example/new:2=own.example/new:3',
    });
    const tag = aTag({ kind: 'DockerImage', name: 'out.example/new:2' }, `out.example/base@${digest}`);
    expect(chosen(tag)).toEqual(['remove /image', 'replace /tag/from/name "own.example/new:3"']);
  });
});

describe('with an image plan', () => {
  const other = `sha256:${'b'.repeat(64)}`;
  const skipped = (name: string, reason: Reason<'plan'>, more: object = {}) => ({
    ...{ image: `shop/web:${name}`, reason, message: `because of ${reason}`, class: 'public' as const, usedBy: [] },
    ...more,
  });
  const planned = plannedTags({
    schemaVersion: 1,
    source: { registry: 'source.example', internalRegistry: internal },
    destination: { registry: 'destination.example', namespace: 'store' },
    images: [
      anImage('source.example/shop/web', { digest, tags: ['copied', 'v1'], destination: 'store/web' }),
      anImage('source.example/shop/web', { digest: other, tags: ['other'], destination: 'store/web' }),
      anImage('source.example/shop/mapped', { digest, tags: ['v1'], destination: 'library/mapped' }),
      anImage('vendor.example/shop/vendor', { digest, tags: ['v1'], destination: 'store/vendor' }),
    ],
    skipped: [
      skipped('imported', 'public-local-policy', { digest: other, reference: `out.example/base@${other}` }),
      skipped('same', 'public-source', { digest: other, reference: `out.example/base@${other}` }),
      skipped('built', 'rebuilt-at-destination', { digest }),
      skipped('ruby', 'alias-to-openshift'),
    ],
    problems: [],
  });
  const plugin = createImagestreamPlugin(
    toTransformOptions({ 'registry-replacement': 'out.example=new.example' }),
    planned,
  );
  const run = (resource: Resource) => showVerdict(plugin.run(resource));
  const named = (name: string, from: unknown, image = `${internal}/shop/web@${digest}`) => {
    const tag = aTag(from, image);
    return { ...tag, metadata: { ...tag.metadata, name: `web:${name}` } };
  };

  it('a stream is left out only when an image is pushed to it and nothing else of it is lost', () => {
    const spec = { tags: [{ name: 'v1' }] };
    expect(run(aStream(spec, [imported]))).toBe('created by the push of its images');
    const labelled = aStream(spec, [imported]);
    expect(run({ ...labelled, metadata: { ...labelled.metadata, labels: { app: 'web' } } })).toEqual([
      'remove /spec/tags',
    ]);
    expect(run({ ...labelled, metadata: { ...labelled.metadata, annotations: { note: 'x' } } })).toEqual([
      'remove /spec/tags',
    ]);
    expect(run(aStream({ dockerImageRepository: 'x.example/web' }))).toEqual([]);
    for (const name of ['mapped', 'vendor', 'unknown']) {
      const stream = aStream({});
      expect(run({ ...stream, metadata: { ...stream.metadata, name } })).toEqual([]);
    }
  });

  it('a stream carries annotations of tags that are copied, without their source', () => {
    const annotations = { note: 'x' };
    const from = { kind: 'DockerImage', name: 'out.example/web:1' };
    const own = { kind: 'ImageStreamTag', name: 'web:v1' };
    const tags = [
      { name: 'v1', annotations, from, generation: 2, importPolicy: {} },
      { name: 'copied', annotations, from: own },
    ];
    expect(run(aStream({ tags }, [imported, { tag: 'copied', items: [{ image: digest }] }]))).toEqual([
      'remove /spec/tags/0/from',
      'remove /spec/tags/0/generation',
      'remove /spec/tags/0/importPolicy',
      'remove /spec/tags/1',
    ]);
  });

  it('a copied tag is created by its image alone, whatever its source was', () => {
    expect(run(named('copied', undefined))).toBe('its image is copied');
    expect(run(named('copied', { kind: 'DockerImage', name: 'out.example/web:1' }))).toBe(
      'its image is copied; it does not follow out.example/web:1 at the destination',
    );
    for (const from of [
      { kind: 'ImageStreamTag', name: 'base:1' },
      { kind: 'ImageStreamTag', name: 'web:1', namespace: 'base' },
      { kind: 'ImageStreamImage', name: `web@${digest}` },
      { kind: 'ImageStreamTag', name: 'web:other' },
    ]) {
      expect(run(named('copied', from))).toMatch(/^its image is copied; it does not follow/);
    }
  });

  it('an alias travels when the tag that it follows has the same digest', () => {
    for (const name of ['web:v1', 'v1']) {
      expect(run(named('copied', { kind: 'ImageStreamTag', name }))).toEqual(['remove /image']);
    }
    expect(run(named('imported', { kind: 'ImageStreamTag', name: 'web:same' }))).toEqual(['remove /image']);
    expect(run(named('unplanned', { kind: 'ImageStreamTag', name: 'web:gone' }))).toEqual(['remove /image']);
  });

  it('an imported tag gets the planned digest, also when it shows the registry of its cluster', () => {
    expect(run(named('imported', { kind: 'DockerImage', name: 'out.example/base:3' }))).toEqual([
      'remove /image',
      `replace /tag/from/name "new.example/base@${other}"`,
    ]);
    expect(run(named('imported', { kind: 'ImageStreamTag', name: 'base:3', namespace: 'base' }))).toEqual([
      'remove /image',
      `replace /tag/from {"kind":"DockerImage","name":"new.example/base@${other}"}`,
      'add /tag/importPolicy {"importMode":"PreserveOriginal"}',
    ]);
  });

  it('a tag that the plan skips for another reason is left out with that reason, save an alias to openshift', () => {
    expect(run(named('built', undefined))).toBe('because of rebuilt-at-destination');
    expect(run(named('ruby', undefined))).toBe('because of alias-to-openshift');
    expect(run(named('ruby', { kind: 'ImageStreamTag', name: 'ruby:latest' }))).toEqual(['remove /image']);
    expect(run(named('built', { kind: 'ImageStreamTag', name: 'base:1' }))).toBe('because of rebuilt-at-destination');
  });
});

function anImage(source: string, rest: { digest: string; tags: readonly string[]; destination: string }): PlannedImage {
  const destination = location(`destination.example/${rest.destination}`);
  return { source: location(source), ...rest, destination, class: 'pushed', reason: 'pushed', usedBy: [] };
}
