import { existsSync } from 'node:fs';
import { mkdtemp, rename } from 'node:fs/promises';
import path from 'node:path';
import { buildImage, loadForBuild, type BuiltImage } from '../clusters/image-store.ts';
import { debianForBuild } from '../clusters/images.ts';
import { withLock } from '../clusters/lock.ts';
import { repositoryRoot } from '../clusters/places.ts';
import { recipeNames, recipes, type Recipe, type RecipeName } from './catalog.ts';
import { readLayoutDigest, writePlatformIndex } from './platform-index.ts';

/** An image in the cache: an OCI layout with one image or index. */
export interface ShopImage {
  readonly layout: string;
  readonly digest: string;
}

/** Gives the built image of a recipe. */
export type ShopImages = (recipe: RecipeName) => ShopImage;

/** Folder of manifests and sources. */
export const shopFolder = path.join(repositoryRoot, 'samples/shop');

/** Builds what the cache lacks: one Debian, on it Python, redis and nginx, and thin layers with the programs. */
export function buildShopImages(): Promise<ShopImages> {
  return withLock('images', buildAll);
}

async function buildAll(): Promise<ShopImages> {
  const debian = await debianForBuild();
  const python = await build('python', debian);
  const bases = { debian, python: await loadForBuild(python) };
  const images = new Map<RecipeName, ShopImage>();
  for (const name of recipeNames) {
    const { base, isIndex }: Recipe = recipes[name];
    const built = await build(name, bases[base]);
    const layout = isIndex === true ? await buildIndex(built) : built.layout;
    images.set(name, { layout, digest: await readLayoutDigest(layout) });
  }
  return (recipe) => {
    const image = images.get(recipe);
    if (image === undefined) throw new Error(`looking for image ${recipe}: it is not in the list of images to build`);
    return image;
  };
}

async function build(name: RecipeName, base: string): Promise<BuiltImage> {
  const { folder, version }: Recipe = recipes[name];
  const buildArgs = { BASE_IMAGE: base, ...(version === undefined ? {} : { VERSION: version }) };
  return buildImage({ name: `shop-${name}`, folder: path.join(shopFolder, 'images', folder), buildArgs });
}

async function buildIndex(image: BuiltImage): Promise<string> {
  const layout = `${image.layout}-index`;
  if (existsSync(layout)) return layout;
  const fresh = await mkdtemp(`${image.layout}.`);
  await writePlatformIndex(image.layout, fresh);
  await rename(fresh, layout);
  return layout;
}
