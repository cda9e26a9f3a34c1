import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { indexPath, parseExportIndex } from '../../domain/export/export-index.ts';
import { arrayAt, isObject } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import type { Folder, YamlCodec, Sha256 } from '../../domain/core/ports.ts';

export interface ManifestFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
  readonly resources: readonly Resource[];
}

/** A file without resources, and its item. */
export interface UnreadFile {
  readonly path: string;
  readonly item: Item<'manifests'>;
}

export interface Manifests {
  readonly files: readonly ManifestFile[];
  /** Files that were skipped or cannot be read. */
  readonly unread: readonly UnreadFile[];
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
  const found = (await folder.list()).filter((path) => /\.(ya?ml|json)$/.test(path) && isContent(path));
  const files: ManifestFile[] = [];
  const unread: UnreadFile[] = [];
  for (const path of new Set([...(digests?.keys() ?? []), ...found])) {
    if (digests !== undefined && !digests.has(path)) {
      const item = {
        id: path,
        outcome: 'skipped',
        reason: 'stray-file',
        message: 'not in the index: skipped',
      } as const;
      unread.push({ path, item });
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
      const item = { id: path, outcome: 'failed', reason: 'invalid-file', message: messageOf(error) } as const;
      unread.push({ path, item });
    }
  }
  return { files, unread };
}

/**
 * The Kubernetes objects of YAML documents; a List stands for its items, an empty document for nothing.
 * @throws TaskError `invalid-file` for a document that is not a Kubernetes object
 */
export function toResources(documents: readonly unknown[], source: string): readonly Resource[] {
  return documents
    .filter((document) => document !== null && document !== undefined)
    .flatMap((document) => (isList(document) ? arrayAt(document, 'items') : [document]))
    .map((document, index) => {
      if (isResource(document)) return document;
      throw new TaskError(
        'invalid-file',
        `reading ${source}: document ${String(index + 1)} is not a Kubernetes object`,
        {
          remedy: 'Give it apiVersion, kind and metadata.name, or remove the file, then run again.',
        },
      );
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

function isContent(path: string): boolean {
  return path !== indexPath && !path.startsWith('reports/');
}

function invalid(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the manifests in ${folder.path}: ${why}`, {
    remedy: 'Render the manifests again, or leave index-digest empty when the manifests were edited on purpose.',
  });
}
