import { stringifyExactly } from '../kube/exact-integers.ts';
import type { Operation } from '../kube/json-patch.ts';
import type { IgnoredPatch } from './merge-verdicts.ts';
import { parseDocument } from '../core/parse-document.ts';
import type { TransformFile } from '../schemas/documents.ts';
import { validateTransformIndex } from '../schemas/validators/transform-index.ts';

const patchPrefix = 'transform-';
const whiteoutPrefix = '.wh.';
const ignoredPrefix = 'ignored-';

/** A file to write. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Where crane keeps the patches of an exported file, relative to the transform folder. */
export function patchPathOf(exported: string): string {
  return prefixName(exported, patchPrefix);
}

/** The empty file that says: this exported file does not travel. It wins over a patch file. */
export function whiteoutPathOf(exported: string): string {
  return prefixName(exported, whiteoutPrefix);
}

/** Whether a file of the transform folder is one that this layout names. */
export function isTransformFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith(patchPrefix) || name.startsWith(whiteoutPrefix);
}

/** Whether a file of the folder for ignored patches is one that this layout names. */
export function isIgnoredFile(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(ignoredPrefix);
}

/** A patch file: the operations as a JSON array on one line, members in a fixed order. */
export function formatPatches(patches: readonly Operation[]): string {
  return stringifyExactly(patches.map(toPlain));
}

/** The file of an exported file's losing patches, as crane's readers expect it; relative to the folder for them. */
export function ignoredFileOf(exported: string, ignored: readonly IgnoredPatch[]): TextFile {
  const entries = ignored.map(({ plugin, operation }) => ({ PluginName: plugin, Operation: toPlain(operation) }));
  return { path: prefixName(exported, ignoredPrefix), text: stringifyExactly(entries) };
}

function toPlain(operation: Operation): Operation {
  switch (operation.op) {
    case 'remove':
      return { op: operation.op, path: operation.path };
    case 'move':
    case 'copy':
      return { op: operation.op, from: operation.from, path: operation.path };
    case 'add':
    case 'replace':
    case 'test':
      return { op: operation.op, path: operation.path, value: operation.value };
  }
}

function prefixName(path: string, prefix: string): string {
  const cut = path.lastIndexOf('/') + 1;
  return path.slice(0, cut) + prefix + path.slice(cut);
}

/** The line of one file in a transform folder's `index.json`, in which lines are sorted. */
export function formatTransformFile({ path, digest }: TransformFile): string {
  return JSON.stringify({ path, digest });
}

/** The text of such an `index.json`, which proves that the files are all there, piece by piece from sorted lines. */
export function* transformIndexParts(lines: Iterable<string>): Generator<string, void, undefined> {
  yield '{\n"schemaVersion":1,\n"files":[';
  let separator = '\n';
  for (const line of lines) {
    yield separator + line;
    separator = ',\n';
  }
  yield '\n]\n}\n';
}

/** Reads the text of such an `index.json`: digests by path. @throws TaskError `invalid-file` */
export function parseTransformIndex(text: string): ReadonlyMap<string, string> {
  const { files } = parseDocument(text, validateTransformIndex, {
    name: 'index.json of the transform folder',
    remedy: 'Transform again: that writes the index again.',
  });
  return new Map(files.map(({ path, digest }) => [path, digest]));
}
