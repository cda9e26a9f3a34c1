import type { ImageClass } from '../../src/domain/schemas/documents.ts';

/** How one image of the sample application is built from a folder below samples/shop/images. */
export interface Recipe {
  readonly folder: string;
  readonly base: 'debian' | 'python';
  /** Becomes the build argument VERSION. */
  readonly version?: string;
  /** Published as an index of linux/amd64 and linux/arm64. */
  readonly isIndex?: true;
}

/** All images, by the name they have in the image cache after `shop-`. */
export const recipes = {
  python: { folder: 'python', base: 'debian' },
  busybox: { folder: 'busybox', base: 'debian' },
  redis: { folder: 'redis', base: 'debian' },
  'frontend-1.0': { folder: 'frontend', base: 'debian', version: '1.0' },
  'frontend-1.1': { folder: 'frontend', base: 'debian', version: '1.1' },
  backend: { folder: 'backend', base: 'python' },
  'loader-1.0': { folder: 'loader', base: 'python', version: '1.0' },
  'loader-1.1': { folder: 'loader', base: 'python', version: '1.1' },
  worker: { folder: 'worker', base: 'python', isIndex: true },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

/** Names in the order in which they can be built. */
export const recipeNames: readonly RecipeName[] = [
  'python',
  'busybox',
  'redis',
  'frontend-1.0',
  'frontend-1.1',
  'backend',
  'loader-1.0',
  'loader-1.1',
  'worker',
];

/** An image and the place it is published at. */
export interface Publication {
  readonly recipe: RecipeName;
  /** `namespace/name` below a registry host. */
  readonly repository: string;
  readonly tag: string;
}

/** Images of the registry that everybody may pull from. */
export const publicImages: readonly Publication[] = [
  { recipe: 'python', repository: 'library/python', tag: '3' },
  { recipe: 'busybox', repository: 'library/busybox', tag: '1' },
];

/** The image that the platform brings, on both clusters. */
export const platformImages: readonly Publication[] = [{ recipe: 'redis', repository: 'openshift/redis', tag: '8' }];

/** Images pushed to the source, in order: a tag that stands twice has the first image in its history only. */
export const pushedImages: readonly Publication[] = [
  { recipe: 'backend', repository: 'shop/backend', tag: 'latest' },
  { recipe: 'frontend-1.0', repository: 'shop/frontend', tag: '1.0' },
  { recipe: 'frontend-1.1', repository: 'shop/frontend', tag: '1.1' },
  { recipe: 'frontend-1.1', repository: 'shop/frontend', tag: 'latest' },
  { recipe: 'loader-1.0', repository: 'shop/loader', tag: 'stable' },
  { recipe: 'loader-1.1', repository: 'shop/loader', tag: 'stable' },
  { recipe: 'worker', repository: 'shop/worker', tag: '2.0' },
];

/** An image that namespace shop of the source holds, and that its workloads or tags need at the destination. */
export interface ExpectedImage {
  readonly stream: string;
  /** Absent where only a workload names the image, by digest: no tag points at it any more. */
  readonly tag?: string;
  readonly digest: string;
  readonly class: ImageClass;
}

const classOfStream: Readonly<Record<string, ImageClass>> = {
  redis: 'openshift',
  python: 'public',
  busybox: 'public',
  backend: 'built-in-cluster',
};

/** Every image of namespace shop, sorted by stream and tag. */
export function listExpectedImages(digestOf: (recipe: RecipeName) => string): ExpectedImage[] {
  const all = [...platformImages, ...publicImages, ...pushedImages].map(({ recipe, repository, tag }) => ({
    stream: repository.slice(repository.indexOf('/') + 1),
    tag,
    digest: digestOf(recipe),
  }));
  const images = all.map(({ stream, tag, digest }, index) => {
    const isReplaced = all
      .slice(index + 1)
      .some((later) => later.stream === stream && later.tag === tag && later.digest !== digest);
    return { stream, ...(isReplaced ? {} : { tag }), digest, class: classOfStream[stream] ?? 'pushed' };
  });
  return images.sort((left, right) => compare(sortKey(left), sortKey(right)));
}

function sortKey({ stream, tag }: ExpectedImage): string {
  return `${stream}:${tag ?? ''}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
