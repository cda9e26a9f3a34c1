import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { tagFilters } from '../../../../../src/adapters/tags/tag-filters.ts';
import {
  copyAll,
  leftOutBy,
  parseImageExclude,
  patternsOf,
} from '../../../../../src/domain/images/plan/image-choice.ts';
import { aDeployment, aStream, digest, internal, plan } from '../../../../builders/image-plan.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

const web = `shop/web@${digest('a')}`;

describe('an entry of image-exclude', () => {
  it.each([
    ['shop/web:1', 'shop/web:1'],
    ['shop/web', 'shop/web:1'],
    ['web', 'shop/web:1'],
    ['web', web],
    ['web:1', 'shop/web:1'],
    ['web:build-*', 'shop/web:build-7'],
    ['*:build-*', 'shop/web:build-'],
    ['sh*/w*b:*', 'shop/web:latest'],
    ['*', 'shop/web:1'],
    [web, web],
    ['web@sha256:aaaa*', web],
    ['team/web:1', 'registry.internal:5000/team/web:1'],
    ['registry.internal:5000/team/web', 'registry.internal:5000/team/web:1'],
    ['registry.*:5000/*/web', 'registry.internal:5000/team/web:1'],
    ['a*b*c', 'shop/axbxbxc:1'],
  ])('%s fits %s', (entry, image) => {
    expect(patternsOf(parseImageExclude(entry), [image])).toHaveLength(1);
  });

  it.each([
    ['shop/web:1', 'shop/web:10'],
    ['shop/web:1', 'other/web:1'],
    ['web:1', 'shop/webhook:1'],
    ['eb', 'shop/web:1'],
    ['shop', 'shop/web:1'],
    ['a/shop/web', 'shop/web:1'],
    ['*/*/web', 'shop/web:1'],
    ['web:1', web],
    ['web:s*', web],
    ['web:*', web],
    ['web@*', 'shop/web:1'],
    ['web:*', 'shop/web'],
    ['web:x*', 'shop/web:1'],
    ['a*b*c', 'shop/acb:1'],
    ['ab*ba', 'shop/aba:1'],
    ['a*x*c', 'shop/abc:1'],
    ['registry.internal:5001/team/web', 'registry.internal:5000/team/web:1'],
  ])('%s does not fit %s', (entry, image) => {
    expect(patternsOf(parseImageExclude(entry), [image])).toEqual([]);
  });

  it.each([
    ['web:/^nightly-/', 'shop/web:nightly-1', true],
    ['web:/^nightly-/', 'shop/web:1-nightly-1', false],
    ['*:/-rc[.]?[0-9]+$/', 'shop/web:1.2-rc.1', true],
    ['registry.internal:5000/team/web:/a|b/', 'registry.internal:5000/team/web:xb', true],
    ['web:/sha/', web, false],
    ['web:/./', 'shop/web', false],
    ['db:/./', 'shop/web:1', false],
  ])('%s with an expression and %s: %s', (entry, image, fits) => {
    const [pattern] = parseImageExclude(entry, tagFilters);
    expect(patternsOf(pattern === undefined ? [] : [pattern], [image]).length > 0).toBe(fits);
    expect(patternsOf(parseImageExclude(entry), [image])).toEqual([]);
  });

  it.each(['web:/(/', 'web://', 'web:/a', ':/a/'])('is refused when its expression is none: %s', (entry) => {
    expect(refusalOf(() => parseImageExclude(entry, tagFilters))).toMatch(/invalid-(?:param|file)/);
  });

  it('that a plan names fits exactly that image', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const names = fc
      .record({ namespace: part, name: part, tag: part })
      .map((of) => `${of.namespace}/${of.name}:${of.tag}`);
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(patternsOf(parseImageExclude(one), [other]).length > 0).toBe(one === other);
      }),
    );
  });

  it('takes time in proportion to its length', () => {
    const entry = `${'a*'.repeat(200)}b`;
    const startedAt = performance.now();
    expect(patternsOf(parseImageExclude(entry), [`shop/${'a'.repeat(100_000)}`])).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it.each(['shop/Web', 'web:', 'web:1:2', 'a b', '/web', 'web/', 'a'.repeat(513), '$(params.x)'])(
    'is refused: %s',
    (entry) => {
      expect(refusalOf(() => parseImageExclude(`web,${entry}`))).toContain('invalid-param');
    },
  );
});

describe('images that the user does not want', () => {
  const stream = aStream('web', {
    1: { items: [`${internal}/shop/web@${digest('a')}`] },
    2: { items: [`${internal}/shop/web@${digest('b')}`] },
    gone: { items: [] },
    mirror: { items: [`docker.io/library/web@${digest('c')}`] },
  });
  const resources = [
    stream,
    aDeployment('web', `${internal}/shop/web:1`),
    aDeployment('mirror', `${internal}/shop/web:mirror`),
    aDeployment('old', `${internal}/shop/web@${digest('d')}`),
  ];
  const exclude = (text: string) => ({ choice: { isSkipped: false, excluded: parseImageExclude(text) } });

  it('are skipped with the reason and the workloads that use them; the others are copied', () => {
    const { images, skipped } = plan(resources, exclude('web:1'));
    expect(images.flatMap(({ tags }) => tags).sort()).toEqual(['2', `digest-${'d'.repeat(16)}`, 'mirror']);
    expect(skipped).toContainEqual({
      image: 'shop/web:1',
      digest: digest('a'),
      class: 'pushed',
      reason: 'excluded',
      message: 'it is not copied, because web:1 in image-exclude names it',
      usedBy: ['Deployment shop/web'],
    });
  });

  it('are all left out with images: skip, problems too, and imported ones can be imported again', () => {
    const asked = plan(resources);
    const { images, skipped, problems } = plan(resources, { choice: { ...copyAll, isSkipped: true } });
    expect([images, problems]).toEqual([[], []]);
    expect(skipped).toHaveLength(asked.images.length + asked.skipped.length + asked.problems.length);
    expect(skipped.every(({ reason }) => reason === 'images-skipped')).toBe(true);
    expect(skipped.find(({ image }) => image === 'shop/web:mirror')).toMatchObject({
      class: 'public',
      reference: `docker.io/library/web@${digest('c')}`,
    });
    expect(skipped.find(({ image }) => image === `shop/web@${digest('d')}`)).not.toHaveProperty('reference');
  });

  it('keep the reason for which they would not be copied anyway', () => {
    const platform = aStream('ruby', { 3: { items: [`${internal}/openshift/ruby@${digest('e')}`] } });
    expect(plan([platform], exclude('ruby')).skipped[0]?.reason).toBe('alias-to-openshift');
  });

  it('can be problems that would stop the run', () => {
    expect(plan(resources).problems.map(({ image }) => image)).toEqual(['shop/web:gone']);
    const { problems, skipped } = plan(resources, exclude('web:gone'));
    expect(problems).toEqual([]);
    expect(skipped.find(({ image }) => image === 'shop/web:gone')?.reason).toBe('excluded');
  });

  it('are not named by other words', () => {
    expect(leftOutBy(copyAll, ['shop/web:1'])).toBeUndefined();
  });
});
