import { stringifyExactly } from '../kube/exact-integers.ts';
import type { Operation } from '../kube/json-patch.ts';
import type { IgnoredPatch } from './merge-verdicts.ts';

const patchPrefix = 'transform-';
const whiteoutPrefix = '.wh.';
const ignoredPrefix = 'ignored-';

/** Where crane keeps the patches of an exported file, relative to the transform folder. */
export function patchPathOf(exported: string): string {
  return prefixName(exported, patchPrefix);
}

/** The empty file that says: this exported file does not travel. It wins over a patch file. */
export function whiteoutPathOf(exported: string): string {
  return prefixName(exported, whiteoutPrefix);
}

/** Where the losing patches of an exported file go, relative to the folder for ignored patches. */
export function ignoredPathOf(exported: string): string {
  return prefixName(exported, ignoredPrefix);
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

/** A file of ignored patches, as crane's readers expect it. */
export function formatIgnored(ignored: readonly IgnoredPatch[]): string {
  return stringifyExactly(
    ignored.map(({ plugin, operation }) => ({ PluginName: plugin, Operation: toPlain(operation) })),
  );
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
