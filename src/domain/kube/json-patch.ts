import { formatPointer, parsePointer } from './json-pointer.ts';
import { isEqualJson, isObject, type Path, type JsonObject, ownValue } from '../core/json-object.ts';

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

/** Applies operations in order; unchanged parts are shared. @throws PatchError naming the one that does not fit */
export function applyPatch(document: unknown, operations: readonly Operation[], lenience: Lenience): unknown {
  const application = { lenience, owned: new Set<unknown>() };
  return operations.reduce((current, operation, index) => {
    try {
      return applyOperation(current, operation, application);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      throw new PatchError(`operation ${String(index)} (${operation.op} ${operation.path}): ${error.message}`);
    }
  }, document);
}

interface Application {
  readonly lenience: Lenience;
  /** Objects that this patch copied, each in one place: its next operations change them instead of a further copy. */
  readonly owned: Set<unknown>;
}

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

function applyOperation(document: unknown, operation: Operation, { lenience, owned }: Application): unknown {
  const steps = stepsOf(operation.path);
  const isLenient = lenience === 'crane';
  switch (operation.op) {
    case 'add':
      return editPath(document, 0, { kind: 'add', value: operation.value, makeParents: isLenient, steps, owned });
    case 'replace':
      return editPath(document, 0, { kind: 'replace', value: operation.value, steps, owned });
    case 'remove':
      return editPath(document, 0, { kind: 'remove', overlookMissing: isLenient, steps, owned });
    case 'copy': {
      const value = readPath(document, stepsOf(operation.from));
      // What is in it is in two places from now on.
      owned.clear();
      return editPath(document, 0, { kind: 'add', value, makeParents: false, steps, owned });
    }
    case 'move':
      return move(document, operation, { steps, owned });
    case 'test':
      if (!isEqualJson(readPath(document, steps), operation.value)) throw new PatchError('the value there is another');
      return document;
  }
}

function move(document: unknown, { from, path }: { from: string; path: string }, target: Target): unknown {
  const { owned } = target;
  if (path === from)
    return editPath(document, 0, { kind: 'replace', value: readPath(document, target.steps), ...target });
  if (path.startsWith(`${from}/`)) throw new PatchError('a value cannot move into itself');
  const source = stepsOf(from);
  const value = readPath(document, source);
  const without = editPath(document, 0, { kind: 'remove', overlookMissing: false, steps: source, owned });
  return editPath(without, 0, { kind: 'add', value, makeParents: false, ...target });
}

function stepsOf(pointer: string): readonly string[] {
  const steps = parsePointer(pointer);
  if (steps === undefined) throw new PatchError(`${JSON.stringify(pointer)} is not a JSON pointer`);
  return steps;
}

export class PatchError extends Error {
  override readonly name = 'PatchError';
}

interface Target {
  readonly steps: readonly string[];
  readonly owned: Application['owned'];
}

type Edit = Target &
  (
    | { readonly kind: 'add'; readonly value: unknown; readonly makeParents: boolean }
    | { readonly kind: 'replace'; readonly value: unknown }
    | { readonly kind: 'remove'; readonly overlookMissing: boolean }
  );

/** The value at a path. @throws PatchError when there is none */
function readPath(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce((node, step) => childOf(node, step), document);
}

/**
 * The document with one place changed, below the first `depth` steps: a copy that shares unchanged parts, or one that this
 * patch made already. @throws PatchError when the place does not exist
 */
function editPath(document: unknown, depth: number, edit: Edit): unknown {
  const { steps, owned } = edit;
  const step = steps[depth];
  if (step === undefined) return editRoot(edit);
  if (depth === steps.length - 1) return editMember(document, step, edit);
  if (Array.isArray(document)) {
    const index = indexOf(step, document.length - 1);
    const item: unknown = document[index];
    const edited = editPath(item, depth + 1, edit);
    return edited === item ? document : document.with(index, edited);
  }
  const object = asObject(document, step);
  const child = ownValue(object, step);
  if (child !== undefined && child !== null) {
    const edited = editPath(child, depth + 1, edit);
    return edited === child ? object : withMember(object, [step, edited], owned);
  }
  if (edit.kind === 'remove' && edit.overlookMissing) return document;
  if (edit.kind !== 'add' || !edit.makeParents) throw missing(step);
  const parent = steps[depth + 1] === '-' || steps[depth + 1] === '0' ? [] : {};
  return withMember(object, [step, editPath(parent, depth + 1, edit)], owned);
}

function editRoot(edit: Edit): unknown {
  if (edit.kind === 'remove') throw new PatchError('the whole document cannot be removed');
  return edit.value;
}

function editMember(container: unknown, step: string, edit: Edit): unknown {
  if (Array.isArray(container)) return editItem(container, step, edit);
  const object = asObject(container, step);
  if (edit.kind === 'add') return withMember(object, [step, edit.value], edit.owned);
  if (!Object.hasOwn(object, step)) {
    if (edit.kind === 'remove' && edit.overlookMissing) return container;
    throw missing(step);
  }
  if (edit.kind === 'replace') return withMember(object, [step, edit.value], edit.owned);
  const copy = ownCopy(object, edit.owned);
  Reflect.deleteProperty(copy, step);
  return copy;
}

function withMember(
  object: JsonObject,
  [key, value]: readonly [string, unknown],
  owned: Application['owned'],
): JsonObject {
  const copy = ownCopy(object, owned);
  // An assignment to __proto__ makes no member.
  Object.defineProperty(copy, key, { value, configurable: true, enumerable: true, writable: true });
  return copy;
}

function ownCopy(object: JsonObject, owned: Application['owned']): JsonObject {
  if (owned.has(object)) return object;
  const copy = { ...object };
  owned.add(copy);
  return copy;
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
