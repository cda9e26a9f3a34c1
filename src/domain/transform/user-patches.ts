import { messageOf, TaskError } from '../core/errors.ts';
import type { Item } from '../reports/outcome.ts';
import { parsePatch, type Operation, PatchError } from '../kube/json-patch.ts';
import { arrayAt, isObject, valueAt, type JsonObject } from '../core/json-object.ts';
import { keyOf, type Resource, textsAt } from '../kube/resource.ts';
import { parseLabelSelector } from '../kube/label-selector.ts';
import type { Plugin } from './plugin.ts';

/** A patch that a user wrote, with the resources that it is for. */
export interface UserPatch {
  /** Where it stands, for messages: the file, and its number there. */
  readonly source: string;
  readonly matches: (resource: Resource) => boolean;
  readonly patch: readonly Operation[];
  /** Whether it may be for no resource at all. */
  readonly isOptional: boolean;
}

/** Reads the text of a patch that is written as text, as kustomize allows. */
export type ParsePatchText = (text: string, source: string) => unknown;

const entryKeys = ['target', 'patch', 'optional'];
const targetKeys = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector'] as const;

/**
 * Reads a patch file: entries with `target` and `patch`, or a map with a list of them under `patches`.
 * @throws TaskError `invalid-file`
 */
export function parseUserPatches(
  documents: readonly unknown[],
  source: string,
  parseText: ParsePatchText,
): readonly UserPatch[] {
  return documents
    .flatMap((document) => (isObject(document) && 'patches' in document ? arrayAt(document, 'patches') : [document]))
    .map((entry, index) => parseEntry(entry, `${source}#${String(index + 1)}`, parseText));
}

/** Applies patches that a user wrote. It stands before the other plugins: what the user says wins. */
export function createUserPatchesPlugin(patches: readonly UserPatch[]): Plugin {
  const uses = patches.map((patch) => ({ patch, count: 0 }));
  return {
    name: 'UserPatches',
    version: 'v1',
    run: (resource) => {
      const matching = uses.filter(({ patch }) => patch.matches(resource));
      for (const use of matching) use.count += 1;
      return { kind: 'patches', patches: matching.flatMap(({ patch }) => patch.patch) };
    },
    conclude: () => uses.map(({ patch, count }) => itemOf(patch, count)),
  };
}

function itemOf({ source, isOptional }: UserPatch, count: number): Item<'transform'> {
  const id = `patch ${source}`;
  const evidence = { resources: count };
  if (count > 0) return { id, outcome: 'done', reason: 'patch-used', evidence };
  const message = 'no resource is what its target says';
  return { id, outcome: isOptional ? 'skipped' : 'failed', reason: 'patch-unused', message, evidence };
}

function parseEntry(entry: unknown, source: string, parseText: ParsePatchText): UserPatch {
  if (!isObject(entry)) throw refuse(source, 'expected a map with target and patch');
  assertKeys(entry, entryKeys, source);
  const target = entry['target'];
  if (!isObject(target)) throw refuse(source, 'it has no target');
  assertKeys(target, targetKeys, source);
  const { optional = false, patch } = entry;
  if (typeof optional !== 'boolean') throw refuse(source, 'optional is neither true nor false');
  const operations = typeof patch === 'string' ? parseText(patch, source) : patch;
  try {
    return { source, matches: parseTarget(target, source), patch: parsePatch(operations), isOptional: optional };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw refuse(source, messageOf(error));
  }
}

function parseTarget(target: JsonObject, source: string): (resource: Resource) => boolean {
  const wanted = targetKeys.flatMap((key) => {
    const value = valueAt(target, key);
    if (value === undefined) return [];
    if (typeof value !== 'string') throw refuse(source, `${key} of its target: expected text`);
    return [{ key, value }];
  });
  const matches = wanted.map(({ key, value }) => {
    if (key === 'labelSelector') return matchLabels(value, source);
    const isWanted = key === 'name' || key === 'namespace' ? matchPattern(value) : (text: string) => text === value;
    return (resource: Resource): boolean => isWanted(keyOf(resource)[key]);
  });
  return (resource) => matches.every((match) => match(resource));
}

function matchLabels(selector: string, source: string): (resource: Resource) => boolean {
  const match = parseLabelSelector(selector);
  if (match === undefined) throw refuse(source, `invalid label selector ${JSON.stringify(selector)}`);
  return (resource) => match(textsAt(resource, 'labels'));
}

/** A name, in which `*` stands for any characters: matched piece by piece, so that no pattern takes long. */
function matchPattern(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

function assertKeys(map: JsonObject, known: readonly string[], source: string): void {
  const unknown = Object.keys(map).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw refuse(source, `${unknown.join(', ')} means nothing there`);
}

function refuse(source: string, why: string): TaskError {
  return new TaskError('invalid-file', `reading the patch ${source}: ${why}`, {
    remedy: 'Fix the patch file; its format is in the README of the task.',
  });
}
