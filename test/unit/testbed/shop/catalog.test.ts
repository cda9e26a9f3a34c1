import { expect, test } from 'vitest';
import { listExpectedImages, pushedImages, recipeNames, recipes } from '../../../../testbed/shop/catalog.ts';

const images = listExpectedImages((recipe) => `sha256:${recipe}`);

function find(stream: string, tag?: string): (typeof images)[number] | undefined {
  return images.find((image) => image.stream === stream && image.tag === tag);
}

test('holds all four classes of images', () => {
  expect(new Set(images.map((image) => image.class))).toEqual(
    new Set(['openshift', 'public', 'built-in-cluster', 'pushed']),
  );
});

test('gives the frontend several tags, two of them with one digest', () => {
  expect(find('frontend', '1.1')?.digest).toBe(find('frontend', 'latest')?.digest);
  expect(find('frontend', '1.0')?.digest).not.toBe(find('frontend', '1.1')?.digest);
});

test('keeps an image that a later push took the tag from, without that tag', () => {
  expect(find('loader')?.digest).toBe('sha256:loader-1.0');
  expect(find('loader', 'stable')?.digest).toBe('sha256:loader-1.1');
});

test('keeps the tag when one image is pushed to it twice', () => {
  const same = listExpectedImages(() => 'sha256:same');
  expect(same.filter(({ stream }) => stream === 'loader').every(({ tag }) => tag === 'stable')).toBe(true);
});

test('sorts by stream and tag', () => {
  const keys = images.map(({ stream, tag }) => `${stream}:${tag ?? ''}`);
  expect(keys).toEqual([...keys].sort());
});

test('builds bases before what stands on them, and every image that is pushed', () => {
  expect([...recipeNames].sort()).toEqual(Object.keys(recipes).sort());
  expect(recipeNames.indexOf('python')).toBeLessThan(recipeNames.indexOf('backend'));
  expect(pushedImages.every(({ recipe }) => recipeNames.includes(recipe))).toBe(true);
});
