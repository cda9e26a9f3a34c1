import { expect, it } from 'vitest';

import { findImages } from '../../../../../src/domain/images/plan/found-images.ts';
import { describeSplitTags } from '../../../../../src/domain/images/plan/split-tags.ts';
import { internalAliases } from '../../../../../src/domain/images/registry-hosts.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { aResource, digest, internal, outside, plan } from '../../../../builders/image-plan.ts';

function aPod(host: string, digit: string): Resource {
  return aResource('Pod', `pod-${digit}`, {
    spec: { containers: [{ name: 'web', image: `${host}/shop/web:1` }] },
    status: { containerStatuses: [{ name: 'web', imageID: `${host}/shop/web@${digest(digit)}` }] },
  });
}

function found(pods: readonly Resource[]) {
  const sources = {
    streams: [],
    resources: pods,
    aliases: internalAliases({ internal, public: [outside] }),
    namespaces: new Set(['shop']),
  };
  return findImages(sources, [{ inside: 'registry.internal:5000', outside: 'registry.internal:5000' }]);
}

it('warns of a tag of the own registry that is decided by the youngest pod', () => {
  const pods = [aPod(internal, 'a'), aPod(internal, 'b')];
  const images = found(pods);
  expect(describeSplitTags(plan(pods, images), images)).toEqual([
    `shop/web:1: running pods have several digests, ${digest('a')} and ${digest('b')}; ${digest('b')} of the youngest pod is copied`,
  ]);
});

it('leaves a tag of another registry to the registry, with a warning', () => {
  const pods = [aPod('registry.internal:5000', 'a'), aPod('registry.internal:5000', 'b')];
  const images = found(pods);
  const planned = plan(pods, images);
  expect(planned.images).toEqual([]);
  expect(planned.unpinned).toMatchObject([{ tag: '1', reason: 'digest-unknown' }]);
  expect(describeSplitTags(planned, images)).toEqual([
    expect.stringContaining('what the tag means when it is copied is copied'),
  ]);
});

it.each([[internal], ['registry.internal:5000']])('is silent where all pods of %s agree', (host) => {
  const pods = [aPod(host, 'a')];
  const images = found(pods);
  const planned = plan(pods, images);
  expect(planned.images).toHaveLength(1);
  expect(describeSplitTags(planned, images)).toEqual([]);
});
