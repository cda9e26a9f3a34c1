import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { indexPath, parseExportIndex } from '../../domain/export/export-index.ts';
import { arrayAt, isObject } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import type { Folder, MakeList, ReadList, YamlCodec, Sha256 } from '../../domain/core/ports.ts';
import { readIndex, type TakeIndex } from '../read-index.ts';
import { isKustomization } from './check-kustomization.ts';

export interface ManifestFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
  readonly resources: readonly Resource[];
}

/** A file without resources, which was skipped or cannot be read. */
interface UnreadFile {
  readonly path: string;
  readonly item: Item<'manifests'>;
}

interface Manifests {
  readonly files: readonly ManifestFile[];
  readonly unread: readonly UnreadFile[];
}

export interface ManifestPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
}

interface ManifestSource {
  readonly folder: Folder;
  readonly indexDigest: string | undefined;
}

/**
 * Reads the manifests below a folder, all YAML and JSON files. They may have been edited since crane-apply wrote them:
 * only when the digest of the folder's index is given must they be what the index says, and others are skipped.
 * @throws TaskError `invalid-file`
 */
export async function readManifests(source: ManifestSource, ports: ManifestPorts): Promise<Manifests> {
  const files: ManifestFile[] = [];
  const unread: UnreadFile[] = [];
  for await (const file of eachManifest(source, ports)) {
    if ('item' in file) unread.push(file);
    else files.push(file);
  }
  return { files, unread };
}

async function* eachManifest(
  { folder, indexDigest }: ManifestSource,
  ports: ManifestPorts,
): AsyncGenerator<ManifestFile | UnreadFile> {
  const digests = indexDigest === undefined ? undefined : await readDigests(folder, indexDigest, ports);
  const found = (await folder.list()).filter(
    (path) => /\.(ya?ml|json)$/.test(path) && path !== indexPath && !path.startsWith('reports/'),
  );
  for (const path of new Set([...(digests?.keys() ?? []), ...found])) {
    if (digests !== undefined && !digests.has(path)) {
      const message = 'not in the index: skipped';
      yield { path, item: { id: path, outcome: 'skipped', reason: 'stray-file', message } };
      continue;
    }
    const text = await folder.read(path);
    const digest = digests?.get(path);
    if (text === undefined || (digest !== undefined && ports.sha256(text) !== digest)) {
      throw invalid(folder, `${path} is missing or was changed since it was written`);
    }
    yield parseManifest(path, text, ports);
  }
}

function parseManifest(path: string, text: string, { yaml }: ManifestPorts): ManifestFile | UnreadFile {
  try {
    return { path, text, resources: toResources(yaml.parse(text, path), path) };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { path, item: { id: path, outcome: 'failed', reason: 'invalid-file', message: error.message } };
  }
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
  const check = (digest: string): void => {
    if (digest !== indexDigest) throw invalid(folder, `the digest of ${indexPath} is not ${indexDigest}`);
  };
  const take: TakeIndex<ReadonlyMap<string, string>> = async (documents) => {
    const digests = new Map<string, string>();
    for await (const text of documents) {
      for (const { path, digest } of parseExportIndex(text).files) digests.set(path, digest);
    }
    return digests;
  };
  const digests = await readIndex({ folder, path: indexPath }, { check, take }, sha256);
  if (digests === undefined) throw invalid(folder, `${indexPath} is missing`);
  return digests;
}

function invalid(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the manifests in ${folder.path}: ${why}`, {
    remedy: 'Render the manifests again, or leave index-digest empty when the manifests were edited on purpose.',
  });
}

/** What is to be applied, and items for what cannot be read. */
export interface Planned {
  readonly resources: ReadList<Resource>;
  readonly unread: readonly Item<'manifests'>[];
}

export interface RenderedPorts extends ManifestPorts {
  /** For the resources. */
  readonly makeList: MakeList;
}

export interface PlannedPorts extends RenderedPorts {
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
  ports: RenderedPorts,
): Promise<Planned> {
  const resources = ports.makeList<Resource>();
  const unread: Item<'manifests'>[] = [];
  for await (const file of eachManifest({ folder, indexDigest }, ports)) {
    if ('item' in file) unread.push(file.item);
    else for (const resource of file.resources) resources.push(resource);
  }
  // An index says that there is nothing to apply: transform may leave all out. Without one the folder may be wrong.
  const isFound = resources.length + unread.length > 0 || (await folder.list()).includes(indexPath);
  if (!isFound) throw noManifests(folder);
  return { resources, unread };
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
