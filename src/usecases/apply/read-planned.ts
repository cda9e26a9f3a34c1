import { TaskError } from '../../domain/core/errors.ts';
import type { Folder } from '../../domain/core/ports.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { isKustomization } from './check-kustomization.ts';
import { readManifests, toResources, type ManifestPorts } from './read-manifests.ts';

/** What is to be applied, and items for what cannot be read. */
export interface Planned {
  readonly resources: readonly Resource[];
  readonly unread: readonly Item<'manifests'>[];
}

export interface PlannedPorts extends ManifestPorts {
  /** The YAML of the kustomization in the folder at a path, which is checked before it is built. */
  readonly build: (path: string) => Promise<string>;
}

/**
 * The resources of the kustomization in a folder. Every task that reads a kustomization reads it here.
 * @throws TaskError `invalid-file`
 */
export async function readKustomization({ path }: Folder, { build, yaml }: PlannedPorts): Promise<Planned> {
  const source = 'the built kustomization';
  return { resources: toResources(yaml.parse(await build(path), source), source), unread: [] };
}

/**
 * The resources of all manifests below a folder.
 * @param indexDigest `sha256:<hex>` of their index; empty: they may have been edited
 * @throws TaskError `invalid-file`
 */
export async function readRendered(
  folder: Folder,
  indexDigest: string | undefined,
  ports: ManifestPorts,
): Promise<Planned> {
  const { files, unread } = await readManifests({ folder, indexDigest }, ports);
  return { resources: files.flatMap(({ resources }) => resources), unread: unread.map(({ item }) => item) };
}

/**
 * What is to be moved, from a folder with a kustomization, with an export, or with plain manifests.
 * @throws TaskError `invalid-file` when it has none of these
 */
export async function readAnyPlanned(folder: Folder, ports: PlannedPorts): Promise<Planned> {
  const files = await folder.list();
  if (isKustomization(files)) return readKustomization(folder, ports);
  const isLayout = files.some((file) => file.startsWith('resources/'));
  const planned = await readRendered(isLayout ? folder.folder('resources') : folder, undefined, ports);
  if (planned.resources.length > 0 || planned.unread.length > 0) return planned;
  throw new TaskError('invalid-file', `reading ${folder.path}: there are no manifests`, {
    remedy: 'Give a folder with an export, with rendered manifests, or with a kustomization.',
  });
}
