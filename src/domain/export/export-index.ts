import { TaskError } from '../core/errors.ts';
import { ownValue } from '../core/own-value.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';

/**
 * Where an export keeps what: one file per resource as crane lays them out, one per kind that could not be read,
 * and an index that proves the rest whole.
 *
 *     resources/<namespace>/<Kind>_<group>_<version>_<namespace>_<name>.yaml
 *     failures/<namespace>/<plural>_<group>_<version>.yaml
 *     index.json
 */
export const indexPath = 'index.json';

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
    remedy: 'Export again: that writes the index again.',
    cause: error,
  });
}
