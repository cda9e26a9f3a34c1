import { parseDocument } from '../core/parse-document.ts';
import { validateTransformIndex, type TransformFile } from '../schemas/documents.ts';

/** The text of a transform folder's `index.json`, which proves that its files are all there: one file a line, sorted. */
export function formatTransformIndex(files: readonly TransformFile[]): string {
  const lines = files.map(({ path, digest }) => JSON.stringify({ path, digest })).sort();
  return `{\n"schemaVersion":1,\n"files":[${lines.map((line) => `\n${line}`).join(',')}\n]\n}\n`;
}

/** Reads the text of such an `index.json`: digests by path. @throws TaskError `invalid-file` */
export function parseTransformIndex(text: string): ReadonlyMap<string, string> {
  const { files } = parseDocument(text, validateTransformIndex, {
    name: 'index.json of the transform folder',
    remedy: 'Transform again: that writes the index again.',
  });
  return new Map(files.map(({ path, digest }) => [path, digest]));
}
