import { join } from 'node:path';

import { arrayAt, isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { writeBundle } from './bundle-layout.ts';
import { foldersIn, formsFolder, readManifest } from './files.ts';

export interface Bundle {
  /** Name of its Task or Pipeline, and of its repository. */
  readonly name: string;
  /** OCI layout with one image. */
  readonly layout: string;
  readonly digest: string;
}

export interface BundleOptions {
  /** Folder that gets one layout for each bundle. */
  readonly folder: string;
  /** Commit that the manifests are of. */
  readonly revision: string;
  /** Repository and tag, perhaps with a digest, that take the place of the task image; empty: as the manifests say. */
  readonly image: string;
  /** The same for the image of the helper pods that copy volumes. */
  readonly transferImage?: string;
}

const source = 'https://github.com/crane-tasks/crane-tasks';

/** Writes one bundle for each Task, and one for each Pipeline that takes its Tasks from those. */
export async function writeBundles({ folder, revision, ...images }: BundleOptions): Promise<readonly Bundle[]> {
  const tasks = (await foldersIn('tasks')).map((name) => [name, `tasks/${name}/${name}.yaml`] as const);
  const pipelines = (await foldersIn('pipelines')).map(
    (name) => [name, `${formsFolder}/bundles/pipelines/${name}.yaml`] as const,
  );
  const bundles: Bundle[] = [];
  for (const [name, path] of [...tasks, ...pipelines]) {
    const manifest = await readManifest(path);
    const layout = join(folder, name);
    const about = {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': source,
      'org.opencontainers.image.documentation': `${source}/blob/${revision}/${path}`,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    };
    bundles.push({ name, layout, digest: await writeBundle(layout, [withImages(manifest, images)], about) });
  }
  return bundles;
}

type Images = Pick<BundleOptions, 'image' | 'transferImage'>;

/** Steps name the task image; the default of a param names the other one. */
function withImages(manifest: JsonObject, { image, transferImage = '' }: Images): JsonObject {
  const { spec } = manifest;
  if (!isObject(spec)) return manifest;
  const steps = 'steps' in spec ? { steps: replaceIn(spec, { list: 'steps', field: 'image' }, image) } : {};
  const params =
    'params' in spec ? { params: replaceIn(spec, { list: 'params', field: 'default' }, transferImage) } : {};
  return { ...manifest, spec: { ...spec, ...steps, ...params } };
}

const published = { image: 'ghcr.io/crane-tasks/task-runner:', default: 'ghcr.io/crane-tasks/transfer:' } as const;

interface Place {
  readonly list: string;
  readonly field: keyof typeof published;
}

function replaceIn(spec: JsonObject, { list, field }: Place, image: string): readonly unknown[] {
  return arrayAt(spec, list).map((entry) =>
    image !== '' && isObject(entry) && String(entry[field]).startsWith(published[field])
      ? { ...entry, [field]: image }
      : entry,
  );
}
