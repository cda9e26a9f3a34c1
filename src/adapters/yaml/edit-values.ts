import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { isEqualJson, isObject, ownValue, type Path } from '../../domain/core/json-object.ts';
import type { EditValues, ValueEdit } from '../../domain/app/value-edit.ts';
import { formatString } from './block-emitter.ts';
import { placeNodes, type PlacedMap, type PlacedNode, type PlacedScalar } from './positions.ts';
import { helmYamlCodec } from './helm-yaml-codec.ts';

/**
 * Sets strings in YAML text and leaves all other bytes as they are: comments, quotes, order, line ends. A key that is
 * not there is inserted after the last one of its map. Reads text as Helm does.
 * @throws TaskError `invalid-file` for text that is not one YAML map, and for a value that an anchor shares
 *   with other places
 */
export const editValues: EditValues = (text, edits, source) => {
  let edited = text;
  for (const edit of edits) edited = applyEdit(edited, edit, source);
  checkEdited({ text, edited, edits }, source);
  return edited;
};

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function applyEdit(text: string, edit: ValueEdit, source: string): string {
  const root = rootOf(text, source);
  const splices = root === undefined ? [appendAtEnd(text, edit)] : spliceBelow({ text, root, edit, source });
  return [...splices]
    .sort((one, other) => other.from - one.from)
    .reduce((whole, { from, to, text: part }) => whole.slice(0, from) + part + whole.slice(to), text);
}

function rootOf(text: string, source: string): PlacedMap | undefined {
  const documents = parse(text, source).filter((each) => each !== undefined);
  const [root, more] = documents;
  if (more === undefined && root?.kind === 'map') return root;
  if (more === undefined && (root === undefined || isEmpty(root))) return undefined;
  throw invalid(source, 'expected one map');
}

function parse(text: string, source: string): readonly (PlacedNode | undefined)[] {
  try {
    return placeNodes(text);
  } catch (error) {
    // The parser quotes the lines around the fault, which may hold a secret.
    throw invalid(source, messageOf(error).split('\n', 1)[0] ?? '');
  }
}

interface Descent {
  readonly text: string;
  readonly root: PlacedMap;
  readonly edit: ValueEdit;
  readonly source: string;
}

function spliceBelow({ text, root, edit, source }: Descent): readonly Splice[] {
  let map: PlacedNode = root;
  for (const [depth, name] of edit.path.entries()) {
    const child = findChild(map, name);
    const found = child?.value;
    if (found === undefined) return [insertInto(map, { text, edit, depth, source })];
    if (found.kind === 'alias') {
      if (depth < edit.path.length - 1) throw shared(edit, source);
      return [{ from: found.from, to: found.to, text: formatString(edit.value) }];
    }
    if (depth === edit.path.length - 1) return replaceNode({ text, root, edit, source }, found);
    if (isEmpty(found)) return [insertBelow(found, { text, edit, depth: depth + 1, key: child?.key })];
    if (isShared(root, found)) throw shared(edit, source);
    map = found;
  }
  return [];
}

/** The node behind a name or index; in a map with its key, the last one of equal keys, which is the one that counts. */
function findChild(
  node: PlacedNode,
  name: string | number,
): { readonly key?: PlacedNode; readonly value: PlacedNode | undefined } | undefined {
  if (node.kind === 'list') return typeof name === 'number' ? { value: node.items[name] } : undefined;
  if (node.kind !== 'map') return undefined;
  return node.entries.findLast(({ key }) => key.kind === 'scalar' && key.value === String(name));
}

function isEmpty(node: PlacedNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && /^(?:~|null|Null|NULL|)$/.test(node.value);
}

// A change of an anchored node changes all places that name it.
function isShared(root: PlacedNode, node: PlacedNode): boolean {
  const anchor = node.kind === 'scalar' ? node.anchor : undefined;
  return anchor !== undefined && hasAlias(root, anchor);
}

function hasAlias(node: PlacedNode, anchor: string): boolean {
  if (node.kind === 'alias') return node.anchor === anchor;
  if (node.kind === 'list') return node.items.some((item) => hasAlias(item, anchor));
  return node.kind === 'map' && node.entries.some(({ value }) => hasAlias(value, anchor));
}

function replaceNode({ text, root, edit, source }: Descent, node: PlacedNode): readonly Splice[] {
  if (node.kind !== 'scalar') throw invalid(source, `${pathOf(edit)}: expected a string`);
  if (isShared(root, node)) throw shared(edit, source);
  if (node.style !== 'block') {
    const isAtColon = node.from === node.to && !/\s/.test(text[node.from - 1] ?? ' ');
    return [{ from: node.from, to: node.to, text: (isAtColon ? ' ' : '') + quoteAs(node.style, edit.value) }];
  }
  const header = /[|>][-+\d]*(?=[^\S\n]*(?:#[^\n]*)?\n$)/.exec(text.slice(0, node.from));
  if (header === null) throw invalid(source, `${pathOf(edit)}: expected the header of a block`);
  const { index } = header;
  return [
    { from: index, to: index + header[0].length, text: formatString(edit.value) },
    { from: node.from, to: node.to, text: '' },
  ];
}

function quoteAs(style: PlacedScalar['style'], value: string): string {
  if (style === 'single' && /^[\u0020-\u007e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  const plain = formatString(value);
  return style === 'double' && !plain.startsWith('"') ? JSON.stringify(value) : plain;
}

interface Insertion {
  readonly text: string;
  readonly edit: ValueEdit;
  /** Number of leading parts of the path that exist. */
  readonly depth: number;
}

function insertInto(node: PlacedNode, insertion: Insertion & { readonly source: string }): Splice {
  const { text, edit, depth, source } = insertion;
  if (node.kind !== 'map' || typeof edit.path[depth] === 'number') {
    throw invalid(source, `${pathOf(edit)}: there is no such place`);
  }
  const last = node.entries.at(-1);
  if (!node.isFlow && last !== undefined) {
    const indent = ' '.repeat(node.from - lineStart(text, node.from));
    return insertLines(text, closedEndOf(text, last.value), linesFor({ ...insertion, indent }));
  }
  const end = last === undefined ? node.from + 1 : skipToEnd(text, endOf(last.value));
  return { from: end, to: end, text: (last === undefined ? '' : ', ') + flowFor(edit, depth) };
}

/** Below a key that has no value yet. */
function insertBelow(node: PlacedNode, insertion: Insertion & { readonly key: PlacedNode | undefined }): Splice {
  const { text, edit, depth, key } = insertion;
  const [from, to] = node.kind === 'scalar' ? [node.from, node.to] : [0, 0];
  if (from !== to || key?.kind !== 'scalar')
    return { from, to, text: ` {${flowFor(edit, depth)}}`.slice(from === to ? 0 : 1) };
  const indent = ' '.repeat(key.from - lineStart(text, key.from) + 2);
  return insertLines(text, to, linesFor({ ...insertion, indent }));
}

function appendAtEnd(text: string, edit: ValueEdit): Splice {
  return insertLines(text, text.length, linesFor({ text, edit, depth: 0, indent: '' }));
}

function insertLines(text: string, after: number, lines: readonly string[]): Splice {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isAtStart = after === 0 || text[after - 1] === '\n';
  const end = text.indexOf('\n', isAtStart && after > 0 ? after - 1 : after);
  const block = lines.map((line) => line + newline).join('');
  if (end >= 0) return { from: end + 1, to: end + 1, text: block };
  return { from: text.length, to: text.length, text: (text === '' || text.endsWith('\n') ? '' : newline) + block };
}

function linesFor({ edit, depth, indent }: Insertion & { readonly indent: string }): readonly string[] {
  const rest = edit.path.slice(depth);
  return rest.map((name, index) => {
    const key = `${indent}${'  '.repeat(index)}${formatString(String(name))}:`;
    return index === rest.length - 1 ? `${key} ${formatString(edit.value)}` : key;
  });
}

function flowFor({ path, value }: ValueEdit, depth: number): string {
  const [last = '', ...others] = path.slice(depth).reverse();
  const inner = `${formatString(String(last))}: ${JSON.stringify(value)}`;
  return others.reduce<string>((text, name) => `${formatString(String(name))}: {${text}}`, inner);
}

function endOf(node: PlacedNode): number {
  if (node.kind === 'scalar' || node.kind === 'alias') return node.to;
  const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1);
  return last === undefined ? node.from + 1 : endOf(last);
}

/** With the brackets that close a flow collection. */
function closedEndOf(text: string, node: PlacedNode): number {
  if (node.kind === 'scalar' || node.kind === 'alias') return node.to;
  const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1);
  const end = last === undefined ? node.from + 1 : closedEndOf(text, last);
  if (!node.isFlow) return end;
  return end + (/^(?:[\s,]|#[^\n]*\n)*[\]}]/.exec(text.slice(end))?.[0].length ?? 0);
}

// Up to the bracket that closes a flow map: a comment and a comma may stand before it.
function skipToEnd(text: string, from: number): number {
  const found = /^(?:\s|#[^\n]*\n)*/.exec(text.slice(from));
  const closed = /^\s*\}/.test(text.slice(from));
  return closed || found === null ? from : from + found[0].length;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

interface Edited {
  readonly text: string;
  readonly edited: string;
  readonly edits: readonly ValueEdit[];
}

/** Reads both texts: they differ in the edits and in nothing else. */
function checkEdited({ text, edited, edits }: Edited, source: string): void {
  const [before] = helmYamlCodec.parse(text, source);
  const [after] = helmYamlCodec.parse(edited, source);
  const wanted = edits.reduce<unknown>((value, { path, value: wish }) => withValue(value, path, wish), before ?? {});
  if (!isEqualJson(wanted, after ?? {})) {
    throw invalid(source, `setting ${edits.map(pathOf).join(', ')} would change other values too`);
  }
}

function withValue(value: unknown, path: Path, wish: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return wish;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === name ? withValue(item, rest, wish) : item));
  const map = isObject(value) ? value : {};
  return { ...map, [name]: withValue(ownValue(map, String(name)), rest, wish) };
}

function pathOf({ path }: ValueEdit): string {
  return path.join('.');
}

function invalid(source: string, why: string): TaskError {
  return new TaskError('invalid-file', `editing ${source}: ${why}`, { remedy: 'Fix this file, then run again.' });
}

function shared(edit: ValueEdit, source: string): TaskError {
  return new TaskError('invalid-file', `editing ${source}: ${pathOf(edit)} has an anchor that other values name`, {
    remedy: 'Write the value out where the alias is, then run again.',
  });
}
