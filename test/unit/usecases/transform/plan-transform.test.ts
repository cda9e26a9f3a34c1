import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { planTransform } from '../../../../src/usecases/transform/plan-transform.ts';
import { aResource, showVerdict } from '../../../builders/transform.ts';

const web = aResource('apps/v1 Deployment', 'web', {
  spec: { template: { spec: { containers: [{ name: 'a', image: 'in.test:5000/shop/web:1' }] } } },
});

async function imagesOf(registryReplacement: string, copiesImages: boolean) {
  const warnings: string[] = [];
  const log = {
    redactor: new Redactor(),
    debug: () => undefined,
    info: () => undefined,
    warn: (message: string) => warnings.push(message),
    progress: () => undefined,
    item: () => undefined,
  };
  const input = {
    ...{ optionalFlags: undefined, modernize: undefined, namespaceMapping: '', skipPlugins: '', pluginPriorities: '' },
    ...{ craneConfig: undefined, patches: undefined, planned: undefined, registryReplacement, copiesImages },
  };
  const plugins = await planTransform(input, { yaml: yamlCodec, flagsYaml: yamlCodec, log });
  const kubernetes = plugins.find(({ name }) => name === 'KubernetesPlugin');
  return { patches: kubernetes && showVerdict(await kubernetes.run(web)), warnings };
}

describe('image names of a move without images', () => {
  it('are changed where the registry of the destination is known', async () => {
    expect(await imagesOf('in.test:5000/shop=out.test/store,/shop=/store', false)).toEqual({
      patches: ['replace /spec/template/spec/containers/0/image "out.test/store/web:1"'],
      warnings: [],
    });
  });

  it('remain with a warning where it is unknown', async () => {
    expect(await imagesOf('in.test:5000/shop=/store,/shop=/store,in.test:5000=', false)).toEqual({
      patches: [],
      warnings: ['no registry of the destination is known: images keep their names at in.test:5000/shop, in.test:5000'],
    });
  });

  it('are an error in a move with images', async () => {
    await expect(imagesOf('in.test:5000/shop=/store', true)).rejects.toMatchObject({ code: 'invalid-param' });
  });
});
