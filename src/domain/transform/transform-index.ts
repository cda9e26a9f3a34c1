import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, valueAt } from '../core/json-object.ts';

/** A patch file or a whiteout marker. */
export interface TransformFile {
  /** Relative to the transform folder; the first member, by which lines sort. */
  readonly path: string;
  /** `sha256:<hex>` of the file's bytes. */
  readonly digest: string;
}

/** The text of a transform folder's `index.json`, which proves that its files are all there: one file a line, sorted. */
export function formatTransformIndex(files: readonly TransformFile[]): string {
  const lines = files.map(({ path, digest }) => JSON.stringify({ path, digest })).sort();
  return `{\n"schemaVersion":1,\n"files":[${lines.map((line) => `\n${line}`).join(',')}\n]\n}\n`;
}

/**
 * Reads the text of such an `index.json`: digests by path.
 * @throws TaskError `invalid-file`
 */
export function parseTransformIndex(text: string): ReadonlyMap<string, string> {
  const value = parseJson(text);
  if (valueAt(value, 'schemaVersion') !== 1) throw invalidIndex('its schemaVersion is not 1');
  return new Map(
    arrayAt(value, 'files').map((file, position) => {
      if (isTransformFile(file)) return [file.path, file.digest];
      throw invalidIndex(`entry ${String(position)} of its files is incomplete`);
    }),
  );
}

function isTransformFile(value: unknown): value is TransformFile {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['digest'] === 'string';
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw invalidIndex('it is no JSON', error);
  }
}

function invalidIndex(cause: string, error?: unknown): TaskError {
  return new TaskError('invalid-file', `reading index.json of the transform folder: ${cause}`, {
    remedy: 'Transform again: that writes the index again.',
    cause: error,
  });
}
