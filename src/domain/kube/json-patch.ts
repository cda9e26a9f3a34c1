import { formatPointer, parsePointer } from './json-pointer.ts';
import { isEqualJson, isObject, type Path, type JsonObject, ownValue } from '../core/json-object.ts';
import { deepest, isTooDeep } from '../core/nesting.ts';

/** One RFC 6902 operation; paths are RFC 6901 pointers. */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** `crane` overlooks the removal of a member that is not there and makes missing parents of an addition; `strict` is RFC 6902. */
export type Lenience = 'strict' | 'crane';

/** Adds or replaces the member at a path; inserts into an array. */
export function addAt(path: Path, value: unknown): Operation {
  return { op: 'add', path: formatPointer(path), value };
}

/** Replaces what is at a path. */
export function replaceAt(path: Path, value: unknown): Operation {
  return { op: 'replace', path: formatPointer(path), value };
}

/** Removes what is at a path. */
export function removeAt(path: Path): Operation {
  return { op: 'remove', path: formatPointer(path) };
}

/** Reads a patch document. @throws PatchError naming the first entry that is not an operation */
export function parsePatch(value: unknown): readonly Operation[] {
  if (!Array.isArray(value)) throw new PatchError('a patch is an array of operations');
  return value.map((entry: unknown, index) => {
    const operation = parseOperation(entry);
    if (operation === undefined) throw new PatchError(`operation ${String(index)} is not valid by RFC 6902`);
    return operation;
  });
}

/**
 * Applies operations in order to a copy; unchanged parts are shared. Its time grows with the document and the operations,
 * not with their product: what one operation has copied, the next one changes in place.
 * @throws PatchError naming the operation that does not fit, or that copies or nests without end
 */
export function applyPatch(document: unknown, operations: readonly Operation[], lenience: Lenience): unknown {
  const work: Work = { lenience, own: new WeakSet(), copied: 0 };
  const patched = operations.reduce((current, operation, index) => {
    try {
      return applyOperation(current, operation, work);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      throw new PatchError(`operation ${String(index)} (${operation.op} ${operation.path}): ${error.message}`);
    }
  }, document);
  if (operations.length > 0 && isTooDeep(patched)) throw tooDeep();
  return patched;
}

/** What is kept while the operations of one patch are applied. */
interface Work {
  readonly lenience: Lenience;
  /** Lists and maps that this patch made: no one else has them, so they can be changed in place. */
  readonly own: WeakSet<object>;
  /** About the bytes of memory that `copy` operations have copied. */
  copied: number;
}

/** Many times the largest object of a cluster (1.5 MiB). Copies of copies double with each operation. */
const mostCopied = 16 * 1024 * 1024;
/** About what a node takes beside its text. */
const nodeSize = 32;

function parseOperation(entry: unknown): Operation | undefined {
  if (!isObject(entry)) return undefined;
  const { op, path, from } = entry;
  if (typeof path !== 'string' || parsePointer(path) === undefined) return undefined;
  switch (op) {
    case 'remove':
      return { op, path };
    case 'add':
    case 'replace':
    case 'test':
      return 'value' in entry ? { op, path, value: entry['value'] } : undefined;
    case 'move':
    case 'copy':
      return typeof from === 'string' && parsePointer(from) !== undefined ? { op, from, path } : undefined;
    default:
      return undefined;
  }
}

function applyOperation(document: unknown, operation: Operation, work: Work): unknown {
  const steps = stepsOf(operation.path);
  const isLenient = work.lenience === 'crane';
  switch (operation.op) {
    case 'add':
      return editPath(document, steps, { kind: 'add', value: operation.value, makeParents: isLenient, work });
    case 'replace':
      return editPath(document, steps, { kind: 'replace', value: operation.value, work });
    case 'remove':
      return editPath(document, steps, { kind: 'remove', overlookMissing: isLenient, work });
    case 'copy': {
      const value = copyValue(readPath(document, stepsOf(operation.from)), work);
      return editPath(document, steps, { kind: 'add', value, makeParents: false, work });
    }
    case 'move':
      return move(document, operation, { steps, work });
    case 'test':
      if (!isEqualJson(readPath(document, steps), operation.value)) throw new PatchError('the value there is another');
      return document;
  }
}

function move(
  document: unknown,
  { from, path }: { readonly from: string; readonly path: string },
  { steps, work }: { readonly steps: readonly string[]; readonly work: Work },
): unknown {
  if (path === from) return editPath(document, steps, { kind: 'replace', value: readPath(document, steps), work });
  if (path.startsWith(`${from}/`)) throw new PatchError('a value cannot move into itself');
  const source = stepsOf(from);
  const value = readPath(document, source);
  const without = editPath(document, source, { kind: 'remove', overlookMissing: false, work });
  return editPath(without, steps, { kind: 'add', value, makeParents: false, work });
}

/** A copy of its own, since a part that two places share could not be changed in place. @throws PatchError */
function copyValue(value: unknown, work: Work, depth = 0): unknown {
  work.copied += nodeSize + (typeof value === 'string' ? value.length : 0);
  if (work.copied > mostCopied) throw new PatchError(`it copies more than ${String(mostCopied)} bytes in all`);
  if (depth > deepest) throw tooDeep();
  if (Array.isArray(value)) return value.map((each) => copyValue(each, work, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyValue(each, work, depth + 1)]));
}

function stepsOf(pointer: string): readonly string[] {
  const steps = parsePointer(pointer);
  if (steps === undefined) throw new PatchError(`${JSON.stringify(pointer)} is not a JSON pointer`);
  if (steps.length > deepest) throw tooDeep();
  return steps;
}

function tooDeep(): PatchError {
  return new PatchError(`the result has more than ${String(deepest)} levels`);
}

export class PatchError extends Error {
  override readonly name = 'PatchError';
}

type Edit = { readonly work: Work } & (
  | { readonly kind: 'add'; readonly value: unknown; readonly makeParents: boolean }
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'remove'; readonly overlookMissing: boolean }
);

/** The value at a path. @throws PatchError when there is none */
function readPath(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce((node, step) => childOf(node, step), document);
}

/** A copy with one place changed; unchanged parts are shared. @throws PatchError when the place does not exist */
function editPath(document: unknown, steps: readonly string[], edit: Edit): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return editRoot(edit);
  if (rest.length === 0) return editMember(document, step, edit);
  if (Array.isArray(document)) {
    const index = indexOf(step, document.length - 1);
    const child = editPath(document[index], rest, edit);
    const items = ownList(document, edit.work);
    items[index] = child;
    return items;
  }
  const object = asObject(document, step);
  const child = ownValue(object, step);
  if (child !== undefined && child !== null) return setMember(object, [step, editPath(child, rest, edit)], edit.work);
  if (edit.kind === 'remove' && edit.overlookMissing) return document;
  if (edit.kind !== 'add' || !edit.makeParents) throw missing(step);
  const parent = rest[0] === '-' || rest[0] === '0' ? [] : {};
  return setMember(object, [step, editPath(parent, rest, edit)], edit.work);
}

function editRoot(edit: Edit): unknown {
  if (edit.kind === 'remove') throw new PatchError('the whole document cannot be removed');
  return edit.value;
}

function editMember(container: unknown, step: string, edit: Edit): unknown {
  if (Array.isArray(container)) return editItem(container, step, edit);
  const object = asObject(container, step);
  if (edit.kind === 'add') return setMember(object, [step, edit.value], edit.work);
  if (!Object.hasOwn(object, step)) {
    if (edit.kind === 'remove' && edit.overlookMissing) return container;
    throw missing(step);
  }
  if (edit.kind === 'replace') return setMember(object, [step, edit.value], edit.work);
  const rest = ownMap(object, edit.work);
  Reflect.deleteProperty(rest, step);
  return rest;
}

function editItem(items: readonly unknown[], step: string, edit: Edit): readonly unknown[] {
  const isNew = edit.kind === 'add';
  const index = isNew && step === '-' ? items.length : indexOf(step, items.length - (isNew ? 0 : 1));
  const own = ownList(items, edit.work);
  if (edit.kind === 'add') own.splice(index, 0, edit.value);
  else if (edit.kind === 'replace') own[index] = edit.value;
  else own.splice(index, 1);
  return own;
}

/** Defined, not assigned: an assignment to `__proto__` would be lost. */
function setMember(object: JsonObject, [step, value]: readonly [string, unknown], work: Work): JsonObject {
  const own = ownMap(object, work);
  return Object.defineProperty(own, step, { value, writable: true, enumerable: true, configurable: true });
}

function ownMap(object: JsonObject, { own }: Work): JsonObject {
  if (own.has(object)) return object;
  const copy = { ...object };
  own.add(copy);
  return copy;
}

function ownList(items: readonly unknown[], { own }: Work): unknown[] {
  if (own.has(items)) return items as unknown[];
  const copy = [...items];
  own.add(copy);
  return copy;
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

/** Removes the items that match, highest index first, so that no removal moves the next target; of all, the array. */
export function removeItems(
  path: Path,
  items: readonly unknown[],
  matches: (item: unknown) => boolean,
): readonly Operation[] {
  const hits = [...items.keys()].filter((index) => matches(items[index]));
  if (hits.length === 0) return [];
  if (hits.length === items.length) return [removeAt(path)];
  return hits.reverse().map((index) => removeAt([...path, index]));
}

/** Removes the members of an object that are there. */
export function removeMembers(path: Path, object: unknown, names: readonly string[]): readonly Operation[] {
  if (!isObject(object)) return [];
  return names.filter((name) => Object.hasOwn(object, name)).map((name) => removeAt([...path, name]));
}
