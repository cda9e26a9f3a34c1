import { join } from 'node:path';

import { arrayAt, isObject, type JsonObject } from '../../src/domain/resources/resource.ts';
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
  /** Repository and tag that take the place of the task image; empty: as the manifests say. */
  readonly image: string;
}

const source = 'https://github.com/crane-tasks/crane-tasks';

/** Writes one bundle for each Task, and one for each Pipeline that takes its Tasks from those. */
export async function writeBundles({ folder, revision, image }: BundleOptions): Promise<readonly Bundle[]> {
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
    bundles.push({ name, layout, digest: await writeBundle(layout, [withImage(manifest, image)], about) });
  }
  return bundles;
}

function withImage(manifest: JsonObject, image: string): JsonObject {
  const { spec } = manifest;
  if (image === '' || !isObject(spec) || !('steps' in spec)) return manifest;
  const steps = arrayAt(spec, 'steps').map((step) =>
    isObject(step) && String(step['image']).startsWith(`${taskImage}:`) ? { ...step, image } : step,
  );
  return { ...manifest, spec: { ...spec, steps } };
}

const taskImage = 'ghcr.io/crane-tasks/task-runner';
