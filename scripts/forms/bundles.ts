import { join } from 'node:path';

import { execa } from 'execa';

import { arrayAt, isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import type { ImageName } from '../images/build-images.ts';
import { writeBundle } from './bundle-layout.ts';
import { foldersIn, formsFolder, readManifest } from './files.ts';
import { namedBundles, namedRegistry } from './pinned.ts';

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
  /** The same for the image of the Tasks that run helm. */
  readonly helmImage?: string;
  /** The same for the image of the helper pods that copy volumes. */
  readonly transferImage?: string;
  /** Registry and path of the bundles, by default for runs of the Pipelines; empty: as the manifests say. */
  readonly repository?: string;
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

/** Pushes a bundle under its version, digest kept. `certificates` is a folder with the authority of the registry, or empty. */
export async function pushBundle(bundle: Bundle, repository: string, certificates: string): Promise<void> {
  const trust = certificates === '' ? [] : [`--dest-cert-dir=${certificates}`];
  const target = `docker://${repository}/${bundle.name}:${version}`;
  await execa('skopeo', ['copy', '--quiet', '--preserve-digests', ...trust, `oci:${bundle.layout}`, target]);
}

type Images = Pick<BundleOptions, 'image' | 'helmImage' | 'transferImage' | 'repository'>;

/** Steps name an image of tasks. The defaults of params name any image, and the place of the bundles. */
function withImages(manifest: JsonObject, images: Images): JsonObject {
  const { spec } = manifest;
  if (!isObject(spec)) return manifest;
  const named = { [imageStart('task-runner')]: images.image, [imageStart('helm-runner')]: images.helmImage ?? '' };
  const steps = 'steps' in spec ? { steps: replaceIn(arrayAt(spec, 'steps'), 'image', named) } : {};
  const others = { [imageStart('transfer')]: images.transferImage ?? '', [namedBundles]: images.repository ?? '' };
  const defaults = { ...named, ...others };
  const params = 'params' in spec ? { params: replaceIn(arrayAt(spec, 'params'), 'default', defaults) } : {};
  return { ...manifest, spec: { ...spec, ...steps, ...params } };
}

function imageStart(name: ImageName): string {
  return `${namedRegistry}/${name}:`;
}

/** Replaces the values of a field that start with one of the texts. Empty replacements change nothing. */
function replaceIn(
  list: readonly unknown[],
  field: 'image' | 'default',
  replacements: Readonly<Record<string, string>>,
): readonly unknown[] {
  return list.map((entry) => {
    if (!isObject(entry)) return entry;
    const found = Object.entries(replacements).find(([start]) => String(entry[field]).startsWith(start))?.[1];
    return found === undefined || found === '' ? entry : { ...entry, [field]: found };
  });
}
