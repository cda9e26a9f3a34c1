import { ownValue } from '../core/own-value.ts';
import { isObject, type JsonObject } from '../core/json-object.ts';

export class PatchError extends Error {
  override readonly name = 'PatchError';
}

export type Edit =
  | { readonly kind: 'add'; readonly value: unknown; readonly makeParents: boolean }
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'remove'; readonly overlookMissing: boolean };

/** The value at a path. @throws PatchError when there is none */
export function readPath(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce((node, step) => childOf(node, step), document);
}

/**
 * A copy of the document with one place changed. Parts that the path does not touch are shared with the original.
 * @throws PatchError when the place does not exist; an array index out of range is never overlooked
 */
export function editPath(document: unknown, steps: readonly string[], edit: Edit): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return editRoot(edit);
  if (rest.length === 0) return editMember(document, step, edit);
  if (Array.isArray(document)) {
    const index = indexOf(step, document.length - 1);
    return document.with(index, editPath(document[index], rest, edit));
  }
  const object = asObject(document, step);
  const child = ownValue(object, step);
  if (child !== undefined && child !== null) return { ...object, [step]: editPath(child, rest, edit) };
  if (edit.kind === 'remove' && edit.overlookMissing) return document;
  if (edit.kind !== 'add' || !edit.makeParents) throw missing(step);
  const parent = rest[0] === '-' || rest[0] === '0' ? [] : {};
  return { ...object, [step]: editPath(parent, rest, edit) };
}

function editRoot(edit: Edit): unknown {
  if (edit.kind === 'remove') throw new PatchError('the whole document cannot be removed');
  return edit.value;
}

function editMember(container: unknown, step: string, edit: Edit): unknown {
  if (Array.isArray(container)) return editItem(container, step, edit);
  const object = asObject(container, step);
  if (edit.kind === 'add') return { ...object, [step]: edit.value };
  if (!Object.hasOwn(object, step)) {
    if (edit.kind === 'remove' && edit.overlookMissing) return container;
    throw missing(step);
  }
  if (edit.kind === 'replace') return { ...object, [step]: edit.value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== step));
}

function editItem(items: readonly unknown[], step: string, edit: Edit): readonly unknown[] {
  switch (edit.kind) {
    case 'add':
      return items.toSpliced(step === '-' ? items.length : indexOf(step, items.length), 0, edit.value);
    case 'replace':
      return items.with(indexOf(step, items.length - 1), edit.value);
    case 'remove':
      return items.toSpliced(indexOf(step, items.length - 1), 1);
  }
}

function childOf(node: unknown, step: string): unknown {
  if (Array.isArray(node)) return node[indexOf(step, node.length - 1)];
  const object = asObject(node, step);
  if (!Object.hasOwn(object, step)) throw missing(step);
  return ownValue(object, step);
}

function indexOf(step: string, last: number): number {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : Number.NaN;
  if (index <= last) return index;
  throw new PatchError(`array index ${JSON.stringify(step)} is out of range`);
}

function asObject(node: unknown, step: string): JsonObject {
  if (isObject(node)) return node;
  throw new PatchError(`${JSON.stringify(step)} is below a value that is neither object nor array`);
}

function missing(step: string): PatchError {
  return new PatchError(`there is no member ${JSON.stringify(step)}`);
}
