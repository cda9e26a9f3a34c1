import { TaskError } from '../core/errors.ts';
import { ownValue } from '../core/own-value.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { ResourceKey } from '../kube/resource.ts';

/**
 * Where an export keeps what: one file per resource as crane lays them out, one per kind that could not be read,
 * and an index that proves the rest whole.
 *
 *     resources/<namespace>/<Kind>_<group>_<version>_<namespace>_<name>.yaml
 *     failures/<namespace>/<plural>_<group>_<version>.yaml
 *     index.json
 */
export const indexPath = 'index.json';

/** `sha256:<hex>` of a text. */
export type Sha256 = (text: string) => string;

export interface ExportedFile {
  /** Relative to the export folder; the first member, by which lines sort. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  /** Version the API server gave it at the export; empty when it gave none. */
  readonly resourceVersion: string;
  /** `sha256:<hex>` of the file's bytes. */
  readonly digest: string;
}

/** What `index.json` holds. A file that it does not list is no part of the export. */
export interface ExportIndex {
  readonly schemaVersion: 1;
  readonly cluster: ExportedCluster;
  readonly namespace: string;
  /** Sorted by path. */
  readonly files: readonly ExportedFile[];
}

export interface ExportedCluster {
  readonly context: string;
  /** UID of namespace kube-system, which stands for the cluster; empty when the account may not read it. */
  readonly uid: string;
}

/** Folder of a namespace's resources, relative to the export folder. */
export function resourcesFolder(namespace: string): string {
  return `resources/${namespace}`;
}

/** Folder of a namespace's failures, relative to the export folder. */
export function failuresFolder(namespace: string): string {
  return `failures/${namespace}`;
}

/**
 * The path of a resource's file: crane's own name where that is safe, else a cleaned name with a digest. Different
 * keys have different paths, also where upper and lower case count as one, and none is longer than 245 bytes.
 */
export function resourcePath(folder: string, key: ResourceKey, sha256: Sha256): string {
  const { kind, group, version, name } = key;
  const namespace = key.namespace === '' ? clusterScoped : key.namespace;
  return `${resourcesFolder(folder)}/${fileName([kind, group, version, namespace, name], sha256)}`;
}

/** The path of a cluster-scoped resource's file, in the folder of the namespace that needs it. */
export function clusterResourcePath(folder: string, key: ResourceKey, sha256: Sha256): string {
  const { kind, group, version, name } = key;
  return `${resourcesFolder(folder)}/_cluster/${fileName([kind, group, version, clusterScoped, name], sha256)}`;
}

/** The path of the record of a kind that could not be read. */
export function failurePath(folder: string, kind: Omit<ResourceKey, 'kind' | 'namespace'>, sha256: Sha256): string {
  return `${failuresFolder(folder)}/${fileName([kind.name, kind.group, kind.version], sha256)}`;
}

/** The kind, `Deployment.apps`, that the name of a resource's file says; undefined for a file of another layout. */
export function kindOfPath(path: string): string | undefined {
  const [, kind, group] = /(?:^|\/)([A-Za-z0-9]+)_([a-z0-9.-]*)_[^/_]+_[^/_]+_[^/]+$/.exec(path) ?? [];
  return kind === undefined || group === undefined || group === '' ? kind : `${kind}.${group}`;
}

/** The text of `index.json`: one file a line, so that two exports can be compared by eye. */
export function formatExportIndex({ files, ...head }: ExportIndex): string {
  return [...exportIndexParts(head, files.map(formatExportedFile))].join('');
}

/** The line of one file in `index.json`; lines sort as the paths do. */
export function formatExportedFile(file: ExportedFile): string {
  return JSON.stringify(file);
}

/** The text of `index.json` piece by piece, from lines that are sorted already. */
export function* exportIndexParts(
  { cluster, namespace }: Omit<ExportIndex, 'files'>,
  lines: readonly string[],
): Generator<string, void, undefined> {
  yield `{\n"schemaVersion":1,\n"cluster":${JSON.stringify(cluster)},\n"namespace":${JSON.stringify(namespace)},\n"files":[`;
  let separator = '\n';
  for (const line of lines) {
    yield separator + line;
    separator = ',\n';
  }
  yield '\n]\n}\n';
}

/**
 * Reads the text of an `index.json`.
 * @throws TaskError `invalid-file`
 */
export function parseExportIndex(text: string): ExportIndex {
  const value = parseJson(text);
  if (valueAt(value, 'schemaVersion') !== 1) throw invalidIndex('its schemaVersion is not 1');
  const namespace = stringAt(value, 'namespace');
  if (namespace === undefined) throw invalidIndex('it names no namespace');
  return {
    schemaVersion: 1,
    cluster: { context: stringAt(value, 'cluster', 'context') ?? '', uid: stringAt(value, 'cluster', 'uid') ?? '' },
    namespace,
    files: arrayAt(value, 'files').map((file, position) => {
      if (isExportedFile(file)) return file;
      throw invalidIndex(`entry ${String(position)} of its files is incomplete`);
    }),
  };
}

/** crane's word in the place of a missing namespace. */
const clusterScoped = 'clusterscoped';

/** File systems take 255 bytes; the transform step puts up to ten before the name. */
const longestName = 245;
const digestLength = 32;

// No letter case to lose, nothing that separates parts, paths or words of a shell. Only the last part may have a
// colon or an underscore in it, so that the parts of a name can be told apart again.
const safeKind = /^[A-Za-z0-9]*$/;
const safePart = /^[a-z0-9.-]*$/;
const safeName = /^[a-z0-9][a-z0-9._:@+-]*$/;

/** `~` stands in no safe name: what has one was cleaned, and the digest of the parts tells it from all others. */
function fileName(parts: readonly string[], sha256: Sha256): string {
  const verbatim = `${parts.join('_')}.yaml`;
  if (isSafe(parts) && verbatim.length <= longestName) return verbatim;
  const digest = sha256(JSON.stringify(parts)).replace('sha256:', '').slice(0, digestLength);
  const ending = `~${digest}.yaml`;
  const cleaned = parts.map((part) => part.replaceAll(/[^A-Za-z0-9.:-]+/g, '-')).join('_');
  return cleaned.slice(0, longestName - ending.length) + ending;
}

function isSafe(parts: readonly string[]): boolean {
  const last = parts.length - 1;
  return parts.every((part, index) => {
    if (index === last && last > 2) return safeName.test(part);
    return index === 0 ? safeKind.test(part) : safePart.test(part);
  });
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw invalidIndex('it is no JSON', error);
  }
}

function isExportedFile(value: unknown): value is ExportedFile {
  const keys = ['path', 'apiVersion', 'kind', 'namespace', 'name', 'resourceVersion', 'digest'];
  return isObject(value) && keys.every((key) => typeof ownValue(value, key) === 'string');
}

function invalidIndex(cause: string, error?: unknown): TaskError {
  return new TaskError('invalid-file', `reading ${indexPath} of the export: ${cause}`, {
    remedy: 'Run crane-export again: it writes the index anew.',
    cause: error,
  });
}
