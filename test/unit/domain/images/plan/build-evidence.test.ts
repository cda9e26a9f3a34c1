import { describe, expect, it } from 'vitest';

import { collectBuildEvidence, collectSchema1Digests } from '../../../../../src/domain/images/plan/build-evidence.ts';
import { internalAliases } from '../../../../../src/domain/images/registry-hosts.ts';
import type { JsonObject } from '../../../../../src/domain/core/json-object.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { aResource, digest, internal, outside } from '../../../../builders/image-plan.ts';

function evidenceOf(...resources: readonly Resource[]) {
  const aliases = internalAliases({ internal, public: [outside] });
  return collectBuildEvidence({ resources, aliases, namespaces: new Set(['shop']) });
}

function writing(to: JsonObject, name = 'api'): Resource {
  return aResource('BuildConfig', name, { spec: { output: { to } } });
}

describe('collectBuildEvidence', () => {
  it.each<[JsonObject, readonly string[]]>([
    [{ kind: 'ImageStreamTag', name: 'api:1' }, ['shop/api:1']],
    [{ kind: 'ImageStreamTag', name: 'api' }, ['shop/api:latest']],
    [{ kind: 'ImageStreamTag', name: 'api:1', namespace: 'back' }, ['back/api:1']],
    [{ kind: 'DockerImage', name: `${outside}/shop/api:1` }, ['shop/api:1']],
    [{ kind: 'DockerImage', name: `${internal}/shop/api` }, ['shop/api:latest']],
    [{ kind: 'DockerImage', name: 'quay.io/shop/api:1' }, []],
    [{}, []],
  ])('knows the tag that a build writes to %j', (to, tags) => {
    expect([...evidenceOf(writing(to)).configs.keys()]).toEqual(tags);
  });

  it('reads a build without namespace', () => {
    const resource = {
      apiVersion: 'v1',
      kind: 'BuildConfig',
      metadata: { name: 'api' },
      spec: { output: { to: { name: 'api:1' } } },
    };
    expect([...evidenceOf(resource).configs]).toEqual([['/api:1', '/api']]);
  });

  it('names one of two configs that write one tag, whatever their order', () => {
    const configs = [writing({ name: 'api:1' }, 'a'), writing({ name: 'api:1' }, 'b')];
    expect(evidenceOf(...configs).configs).toEqual(evidenceOf(...configs.reverse()).configs);
  });

  it('collects all digests that builds of one tag reported', () => {
    const build = (name: string, imageDigest: string | undefined) =>
      aResource('Build', name, {
        spec: { output: { to: { name: 'api:1' } } },
        status: { phase: 'Complete', output: { to: { imageDigest } } },
      });
    const { outputs, digests } = evidenceOf(build('a', digest('a')), build('b', digest('b')), build('c', undefined));
    expect(outputs).toEqual(new Map([['shop/api:1', new Set([digest('a'), digest('b')])]]));
    expect(digests).toEqual(new Set([digest('a'), digest('b')]));
  });

  it.each<[string, JsonObject]>([
    ['labels', { metadata: { name: digest('a') }, dockerImageMetadata: { Config: {} } }],
    ['a digest', { dockerImageMetadata: { Config: { Labels: { 'io.openshift.build.namespace': 'shop' } } } }],
  ])('learns nothing from an image without %s', (_what, image) => {
    expect(evidenceOf(aResource('ImageStreamTag', 'api:1', { image })).labels.size).toBe(0);
  });
});

describe('collectSchema1Digests', () => {
  const tag = (type: string | undefined, name?: string) =>
    aResource('ImageStreamTag', 'x:1', { image: { metadata: { name }, dockerImageManifestMediaType: type } });

  it('finds manifests in the obsolete form, signed or not', () => {
    const found = collectSchema1Digests([
      tag('application/vnd.docker.distribution.manifest.v1+prettyjws', digest('a')),
      tag('application/vnd.docker.distribution.manifest.v1+json', digest('b')),
      tag('application/vnd.docker.distribution.manifest.v1+json'),
      tag('application/vnd.docker.distribution.manifest.v2+json', digest('c')),
      tag(undefined, digest('d')),
      aResource('ConfigMap', 'x'),
    ]);
    expect(found).toEqual(new Set([digest('a'), digest('b')]));
  });
});
