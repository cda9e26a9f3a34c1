import { parseDocument } from '../core/parse-document.ts';
import type { ExportedFile, ExportIndex } from '../schemas/documents.ts';
import { validateExportIndex } from '../schemas/validators/export-index.ts';

/**
 * Where an export keeps what: one file per resource as crane lays them out, one per kind that could not be read,
 * and an index that proves the rest whole.
 *
 *     resources/<namespace>/<Kind>_<group>_<version>_<namespace>_<name>.yaml
 *     failures/<namespace>/<plural>_<group>_<version>.yaml
 *     index.json
 */
export const indexPath = 'index.json';

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
  { cluster, namespace, leftOutKinds = [] }: Omit<ExportIndex, 'files'>,
  lines: Iterable<string>,
): Generator<string, void, undefined> {
  yield `{\n"schemaVersion":1,\n"cluster":${JSON.stringify(cluster)},\n"namespace":${JSON.stringify(namespace)},\n`;
  if (leftOutKinds.length > 0) yield `"leftOutKinds":${JSON.stringify(leftOutKinds)},\n`;
  yield '"files":[';
  let separator = '\n';
  for (const line of lines) {
    yield separator + line;
    separator = ',\n';
  }
  yield '\n]\n}\n';
}

/** Reads the text of an `index.json`. @throws TaskError `invalid-file` */
export function parseExportIndex(text: string): ExportIndex {
  return parseDocument(text, validateExportIndex, {
    name: `${indexPath} of the export`,
    remedy: 'Export again: that writes the index again.',
  });
}
