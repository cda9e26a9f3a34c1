import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ClusterError } from '../clusters/errors.ts';
import { readList, readText } from '../clusters/json.ts';
import { stateFolder } from '../clusters/places.ts';
import type { ExpectedImage } from './catalog.ts';

/** Where `deploy` notes which images the source holds: with the clusters, which several checkouts may use. */
export const recordFile = path.join(stateFolder(), 'shop.json');

/** Notes the images of namespace shop, for whoever proves later that the destination has the same. */
export async function writeRecord(images: readonly ExpectedImage[]): Promise<void> {
  await mkdir(path.dirname(recordFile), { recursive: true });
  await writeFile(recordFile, `${JSON.stringify({ namespace: 'shop', images }, null, 2)}\n`);
}

/** The images that `deploy` noted. Throws ClusterError with the remedy when it was not run. */
export async function expectedImages(): Promise<ExpectedImage[]> {
  const text = await readFile(recordFile, 'utf8').catch((cause: unknown) => {
    throw new ClusterError(
      'unexpected-content',
      `reading ${recordFile}: not there; run \`node testbed/shop/main.ts deploy\``,
      { cause },
    );
  });
  return readList(JSON.parse(text), 'images').map(parseImage);
}

function parseImage(value: unknown): ExpectedImage {
  const [stream, tag, digest, imageClass] = ['stream', 'tag', 'digest', 'class'].map((key) => readText(value, key));
  if (stream === undefined || digest === undefined || !isImageClass(imageClass)) {
    throw new ClusterError(
      'unexpected-content',
      `reading ${recordFile}: an image lacks stream, digest or class; run \`node testbed/shop/main.ts deploy\``,
    );
  }
  return { stream, ...(tag === undefined ? {} : { tag }), digest, class: imageClass };
}

function isImageClass(text: string | undefined): text is ExpectedImage['class'] {
  return text === 'openshift' || text === 'public' || text === 'built-in-cluster' || text === 'pushed';
}
