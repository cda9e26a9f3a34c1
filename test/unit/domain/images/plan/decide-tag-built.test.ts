import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { aDeployment, aResource, aStream, digest, internal, plan, reasons } from '../../../../builders/image-plan.ts';

describe('images that the cluster built', () => {
  const built = aStream('api', { latest: { items: [`${internal}/shop/api@${digest('a')}`] } });
  const config = aResource('BuildConfig', 'api', {
    spec: { output: { to: { kind: 'ImageStreamTag', name: 'api:latest' } } },
  });
  function aBuild(output: unknown, phase = 'Complete'): Resource {
    return aResource('Build', 'api-1', {
      spec: { output: { to: { kind: 'ImageStreamTag', name: 'api:latest' } } },
      status: { phase, output },
    });
  }
  const reported = { to: { imageDigest: digest('a') } };

  it.each([
    ['a BuildConfig that writes the tag', [config], 'copy built-in-cluster built-by-config'],
    ['a Build that reports the digest', [aBuild(reported)], 'copy built-in-cluster built-by-build'],
    ['a Build of an old cluster that reports none', [aBuild({})], 'copy built-in-cluster built-by-build'],
    ['a Build that did not finish', [aBuild(reported, 'Failed')], 'copy pushed pushed'],
    [
      'a Build of another digest, after which somebody pushed',
      [config, aBuild({ to: { imageDigest: digest('b') } })],
      'copy pushed pushed-over-build',
    ],
  ])('are known by %s', (_what, resources, verdict) => {
    expect(reasons([built, ...resources])).toEqual({ 'shop/api:latest': verdict });
  });

  it('are known by the labels of the image', () => {
    const image = (namespace: string) =>
      aResource('ImageStreamTag', 'api:latest', {
        image: {
          metadata: { name: digest('a') },
          dockerImageMetadata: {
            Config: { Labels: { 'io.openshift.build.name': 'api-1', 'io.openshift.build.namespace': namespace } },
          },
        },
      });
    expect(reasons([built, image('shop')])).toEqual({ 'shop/api:latest': 'copy built-in-cluster build-labels' });
    expect(reasons([built, image('elsewhere')])).toEqual({ 'shop/api:latest': 'copy pushed pushed' });
  });

  it('are left to the destination’s build when asked', () => {
    const { images, skipped } = plan([built, config, aBuild(reported)], { builtImages: 'rebuild' });
    expect(images).toEqual([]);
    expect(skipped).toMatchObject([
      { reason: 'rebuilt-at-destination', message: 'BuildConfig shop/api builds it at the destination' },
    ]);
  });

  it('are copied all the same when nothing would build them again', () => {
    expect(reasons([built, aBuild(reported)], { builtImages: 'rebuild' })).toEqual({
      'shop/api:latest': 'copy built-in-cluster built-by-build',
    });
  });

  it('are copied all the same when a workload names that very digest', () => {
    const workload = aDeployment('api', `${internal}/shop/api@${digest('a')}`);
    expect(reasons([built, config, workload], { builtImages: 'rebuild' })).toEqual({
      'shop/api:latest': 'copy built-in-cluster built-by-config',
    });
  });

  it('are left to the build when a trigger will put the new digest into the workload', () => {
    const workload = aResource('DeploymentConfig', 'api', {
      spec: {
        triggers: [{ imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'api:latest' } } }],
        template: { spec: { containers: [{ name: 'api', image: `${internal}/shop/api@${digest('a')}` }] } },
      },
    });
    const { skipped } = plan([built, config, workload], { builtImages: 'rebuild' });
    expect(skipped).toMatchObject([{ reason: 'rebuilt-at-destination', usedBy: ['DeploymentConfig shop/api'] }]);
  });
});
