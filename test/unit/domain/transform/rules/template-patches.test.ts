import { describe, expect, it } from 'vitest';

import { changeTemplate, noteTemplate } from '../../../../../src/domain/transform/rules/template-patches.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { aResource } from '../../../../builders/transform.ts';

const options = toTransformOptions({ 'registry-replacement': 'r.example/shop=d.example/store' });
const podOf = (...images: readonly unknown[]) => ({
  template: { spec: { containers: images.map((image) => ({ image })) } },
});
const anObject = (apiVersion: string, kind: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name: '${NAME}' },
  spec,
});
const aTemplate = (fields: Readonly<Record<string, unknown>>, type = 'template.openshift.io/v1 Template') =>
  aResource(type, 'web', fields);

function changed(fields: Readonly<Record<string, unknown>>, type?: string): readonly (readonly [string, unknown])[] {
  return changeTemplate(aTemplate(fields, type), options).map((operation) => [
    operation.path,
    'value' in operation ? operation.value : undefined,
  ]);
}

describe('a Template', () => {
  it.each(['template.openshift.io/v1 Template', 'v1 Template'])(
    'has the images of its objects replaced: %s',
    (type) => {
      const objects = [
        anObject('v1', 'ConfigMap', {}),
        anObject('apps/v1', 'Deployment', podOf('r.example/shop/web:1', 'other.example/a:1')),
        anObject('v1', 'DeploymentConfig', podOf('r.example/shop/${IMAGE}:${TAG}')),
      ];
      expect(changed({ objects }, type)).toEqual([
        ['/objects/1/spec/template/spec/containers/0/image', 'd.example/store/web:1'],
        ['/objects/2/spec/template/spec/containers/0/image', 'd.example/store/${IMAGE}:${TAG}'],
      ]);
    },
  );

  it('has triggers, builds, streams and values of parameters replaced', () => {
    const from = { kind: 'DockerImage', name: 'r.example/shop/base:1' };
    const objects = [
      anObject('build.openshift.io/v1', 'BuildConfig', { strategy: { sourceStrategy: { from } } }),
      anObject('image.openshift.io/v1', 'ImageStream', { tags: [{ name: '1', from }, 'text', { name: '2' }] }),
      anObject('v1', 'ImageStream', { tags: [{ name: '1', from }] }),
    ];
    const parameters = [
      { name: 'A', value: 'r.example/shop/web:1' },
      { name: 'B', value: 'plain' },
      { name: 'C' },
      'text',
    ];
    expect(changed({ objects, parameters })).toEqual([
      ['/objects/0/spec/strategy/sourceStrategy/from/name', 'd.example/store/base:1'],
      ['/objects/1/spec/tags/0/from/name', 'd.example/store/base:1'],
      ['/objects/2/spec/tags/0/from/name', 'd.example/store/base:1'],
      ['/parameters/0/value', 'd.example/store/web:1'],
    ]);
  });

  it.each([{}, { objects: 'text', parameters: {} }, { objects: ['text', null, {}, { kind: 'Pod' }] }])(
    'may have other content: %j',
    (fields) => {
      expect(changed(fields)).toEqual([]);
      expect(noteTemplate(aTemplate(fields), options)).toEqual([]);
    },
  );

  it('is noted with images that only parameters make whole', () => {
    const images = ['${IMAGE}', 'r.example/shop/${NAME}', 'x.example/${NAME}', '${IMAGE}', 'x.example/a:1', 7];
    const tags = [{ name: '1', from: { kind: 'DockerImage', name: '${BASE}:1' } }, { name: '2' }, { from: 7 }];
    const objects = [
      anObject('apps/v1', 'Deployment', podOf(...images)),
      anObject('image.openshift.io/v1', 'ImageStream', { tags }),
      anObject('example.com/v1', 'Shop', { image: '${SHOP}', to: { kind: 'DockerImage' } }),
    ];
    const [note = '', ...more] = noteTemplate(aTemplate({ objects }), options);
    expect(note).toContain(
      'parameters decide the images of its objects: ${IMAGE}, x.example/${NAME}, ${BASE}:1, ${SHOP};',
    );
    expect(more).toEqual([]);
  });
});

it('another kind keeps members of these names', () => {
  const objects = [anObject('apps/v1', 'Deployment', podOf('r.example/shop/web:1'))];
  const fields = { objects, parameters: [{ name: 'A', value: 'r.example/shop/web:1' }] };
  expect(changed(fields, 'example.com/v1 Template')).toEqual([]);
});

it('objects of a Template of no namespace have none', () => {
  const from = { kind: 'DockerImage', name: 'r.example/shop/base:1' };
  const objects = [
    anObject('apps/v1', 'Deployment', podOf('r.example/shop/web:1')),
    anObject('v1', 'ImageStream', { tags: [{ name: '1', from }] }),
  ];
  const resource = { apiVersion: 'template.openshift.io/v1', kind: 'Template', metadata: { name: 'a' }, objects };
  expect(changeTemplate(resource, options)).toHaveLength(2);
});
