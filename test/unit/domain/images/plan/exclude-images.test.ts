import { expect, it } from 'vitest';

import { tagFilters } from '../../../../../src/adapters/tags/tag-filters.ts';
import { excludeImages } from '../../../../../src/domain/images/plan/exclude-images.ts';
import { parseImageExclude } from '../../../../../src/domain/images/plan/image-choice.ts';
import type { SyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { digest, location } from '../../../../builders/image-plan.ts';

const plan: SyncPlan = {
  schemaVersion: 1,
  source: { registry: 'a.example', internalRegistry: '' },
  destination: { registry: 'b.example', namespace: 'new' },
  images: [
    {
      source: location('a.example/shop/web'),
      destination: location('b.example/new/web'),
      digest: digest('a'),
      tags: ['1', 'nightly-1', 'nightly-2'],
      class: 'pushed',
      reason: 'pushed',
      usedBy: ['Pod shop/web'],
    },
  ],
  skipped: [],
  problems: [],
};
const tag = { source: location('a.example/team/db'), destination: location('b.example/new/db'), tag: 'nightly-1' };
const withTag: SyncPlan = {
  ...plan,
  unpinned: [{ ...tag, class: 'other-registry', reason: 'digest-unknown', usedBy: [] }],
};

it.each([
  [
    '*:nightly-*',
    ['1'],
    ['a.example/shop/web:nightly-1', 'a.example/shop/web:nightly-2', 'a.example/team/db:nightly-1'],
    0,
  ],
  ['web:*', undefined, ['a.example/shop/web:1', 'a.example/shop/web:nightly-1', 'a.example/shop/web:nightly-2'], 1],
  [`web@${digest('a')}`, undefined, [`a.example/shop/web@${digest('a')}`], 1],
  ['db', ['1', 'nightly-1', 'nightly-2'], ['a.example/team/db:nightly-1'], 0],
  [
    '*:/^nightly/',
    ['1'],
    ['a.example/shop/web:nightly-1', 'a.example/shop/web:nightly-2', 'a.example/team/db:nightly-1'],
    0,
  ],
  ['other', ['1', 'nightly-1', 'nightly-2'], [], 1],
])('leaves out what %s names', (...[text, tags, images, open]) => {
  const found = excludeImages(withTag, parseImageExclude(text, tagFilters));
  expect(found.plan.images[0]?.tags).toEqual(tags);
  expect(found.plan.unpinned).toHaveLength(open);
  expect(found.leftOut.map(({ image }) => image)).toEqual(images);
  expect(new Set(found.leftOut.map(({ reason }) => reason)).size).toBe(images.length === 0 ? 0 : 1);
});

it('keeps what the plan says of an image, and a plan without anything to leave out', () => {
  expect(excludeImages(plan, parseImageExclude('web:1')).leftOut).toEqual([
    {
      image: 'a.example/shop/web:1',
      digest: digest('a'),
      reason: 'excluded',
      message: 'it is not copied, because web:1 in image-exclude names it',
      class: 'pushed',
      usedBy: ['Pod shop/web'],
    },
  ]);
  expect(excludeImages(plan, parseImageExclude('web:1')).plan).not.toHaveProperty('unpinned');
  expect(excludeImages(plan, []).plan).toBe(plan);
});
