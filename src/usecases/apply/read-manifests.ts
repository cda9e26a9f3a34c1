import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { indexPath, parseExportIndex } from '../../domain/export/export-index.ts';
import { arrayAt, isObject } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import type { Folder, YamlCodec, Sha256 } from '../../domain/core/ports.ts';
import { isKustomization } from './check-kustomization.ts';

export interface ManifestFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
  readonly resources: readonly Resource[];
}

interface Manifests {
  readonly files: readonly ManifestFile[];
  /** Files without resources, which were skipped or cannot be read. */
  readonly unread: readonly { readonly path: string; readonly item: Item<'manifests'> }[];
}

export interface ManifestPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
}

/**
 * Reads the manifests below a folder, all YAML and JSON files. They may have been edited since crane-apply wrote them:
 * only when the digest of the folder's index is given must they be what the index says, and others are skipped.
 * @throws TaskError `invalid-file`
 */
export async function readManifests(
  { folder, indexDigest }: { folder: Folder; indexDigest: string | undefined },
  ports: ManifestPorts,
): Promise<Manifests> {
  const digests = indexDigest === undefined ? undefined : await readDigests(folder, indexDigest, ports);
  const found = (await folder.list()).filter(
    (path) => /\.(ya?ml|json)$/.test(path) && path !== indexPath && !path.startsWith('reports/'),
  );
  const files: ManifestFile[] = [];
  const unread: Manifests['unread'][number][] = [];
  for (const path of new Set([...(digests?.keys() ?? []), ...found])) {
    if (digests !== undefined && !digests.has(path)) {
      const message = 'not in the index: skipped';
      unread.push({ path, item: { id: path, outcome: 'skipped', reason: 'stray-file', message } });
      continue;
    }
    const text = await folder.read(path);
    const digest = digests?.get(path);
    if (text === undefined || (digest !== undefined && ports.sha256(text) !== digest)) {
      throw invalid(folder, `${path} is missing or was changed since it was written`);
    }
    try {
      files.push({ path, text, resources: toResources(ports.yaml.parse(text, path), path) });
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      unread.push({ path, item: { id: path, outcome: 'failed', reason: 'invalid-file', message: error.message } });
    }
  }
  return { files, unread };
}

/**
 * The Kubernetes objects of YAML documents; a List stands for its items, an empty document for nothing.
 * @throws TaskError `invalid-file` for a document that is not a Kubernetes object
 */
function toResources(documents: readonly unknown[], source: string): readonly Resource[] {
  return documents
    .filter((document) => document !== null && document !== undefined)
    .flatMap((document) => (isList(document) ? arrayAt(document, 'items') : [document]))
    .map((document, index) => {
      if (isResource(document)) return document;
      const problem = `document ${String(index + 1)} is not a Kubernetes object`;
      throw new TaskError('invalid-file', `reading ${source}: ${problem}`, {
        remedy: 'Give it apiVersion, kind and metadata.name, or remove the file, then run again.',
      });
    });
}

function isList(document: unknown): boolean {
  return isObject(document) && document['kind'] === 'List' && Array.isArray(document['items']);
}

async function readDigests(
  folder: Folder,
  indexDigest: string,
  { sha256 }: ManifestPorts,
): Promise<ReadonlyMap<string, string>> {
  const text = await folder.read(indexPath);
  if (text === undefined) throw invalid(folder, `${indexPath} is missing`);
  if (sha256(text) !== indexDigest) throw invalid(folder, `the digest of ${indexPath} is not ${indexDigest}`);
  return new Map(parseExportIndex(text).files.map(({ path, digest }) => [path, digest]));
}

function invalid(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the manifests in ${folder.path}: ${why}`, {
    remedy: 'Render the manifests again, or leave index-digest empty when the manifests were edited on purpose.',
  });
}

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
  const resources = files.flatMap((file) => file.resources);
  // An index says that there is nothing to apply: transform may leave all out. Without one the folder may be wrong.
  const isFound = resources.length + unread.length > 0 || (await folder.list()).includes(indexPath);
  if (!isFound) throw noManifests(folder);
  return { resources, unread: unread.map(({ item }) => item) };
}

function noManifests({ path }: Folder): TaskError {
  return new TaskError('invalid-file', `reading ${path}: there are no manifests`, {
    remedy: 'Give a folder with an export, with rendered manifests, or with a kustomization.',
  });
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
  throw noManifests(folder);
}
