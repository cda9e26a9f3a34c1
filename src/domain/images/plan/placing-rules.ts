import { stringifyExactly } from '../../kube/exact-integers.ts';
import { TaskError } from '../../core/errors.ts';
import { isObject, valueAt } from '../../core/json-object.ts';
import { isRepositoryPath, parseImageReference, type ImageLocation } from '../../oci/image-location.ts';

/** Which repository of the destination an image is copied to; all paths are below the destination's host. */
export interface PlacingRules {
  /** Takes images that no other rule names: `<namespace>/<name>`. */
  readonly namespace: string;
  /** Source repository, with or without its host, to the whole path at the destination. */
  readonly repositories: ReadonlyMap<string, string>;
  /** Whether the source's whole path is kept below the prefix, instead of its name alone. */
  readonly keepPath: boolean;
  /** Stands before the path in place of the namespace; empty for none. */
  readonly prefix: string;
}

/** A repository of a source and the name that it has by itself. */
export interface SourceRepository extends ImageLocation {
  /** Name below the namespace, where the first part of the path is one. */
  readonly name: string;
}

/** Rules of a run without a mapping file. */
export function plainRules(namespace: string): PlacingRules {
  return { namespace, repositories: new Map(), keepPath: false, prefix: '' };
}

/** Path of a repository at the destination. */
export function placeRepository({ host, path, name }: SourceRepository, rules: PlacingRules): string {
  const mapped = rules.repositories.get(`${host}/${path}`) ?? rules.repositories.get(path);
  if (mapped !== undefined) return mapped;
  const own = rules.keepPath ? path : name;
  if (rules.prefix !== '') return `${rules.prefix}/${own}`;
  return rules.keepPath || rules.namespace === '' ? own : `${rules.namespace}/${own}`;
}

const known = new Set(['repositories', 'keep-path', 'prefix']);

/**
 * Reads a mapping file: `repositories` (source to destination), `keep-path` and `prefix`, each optional.
 * @param documents the parsed documents of the file
 * @throws TaskError `invalid-file`, all problems at once
 */
export function parsePlacingRules(documents: readonly unknown[], source: string, namespace: string): PlacingRules {
  const [document = {}, ...others] = documents;
  const problems: string[] = [];
  if (others.length > 0 || !isObject(document)) problems.push('expected one map');
  const fields = isObject(document) ? document : {};
  for (const key of Object.keys(fields)) {
    if (!known.has(key)) problems.push(`${stringifyExactly(key)}: expected one of ${[...known].join(', ')}`);
  }
  const keepPath = fields['keep-path'] ?? false;
  if (typeof keepPath !== 'boolean') problems.push('keep-path: expected true or false');
  const prefix = parsePrefix(fields['prefix'] ?? '', problems);
  const repositories = parseRepositories(valueAt(fields, 'repositories') ?? {}, problems);
  if (problems.length === 0) return { namespace, repositories, keepPath: keepPath === true, prefix };
  throw new TaskError('invalid-file', `reading the mapping ${source}: ${problems.slice(0, 20).join('; ')}`, {
    remedy:
      'Write `repositories` as a map of source to destination repositories, without tags, without a host at the destination.',
  });
}

function parsePrefix(value: unknown, problems: string[]): string {
  if (value === '' || (typeof value === 'string' && isRepositoryPath(value))) return value;
  problems.push(`prefix: expected a path such as team/apps, got ${stringifyExactly(value)}`);
  return '';
}

function parseRepositories(value: unknown, problems: string[]): ReadonlyMap<string, string> {
  if (!isObject(value)) problems.push('repositories: expected a map');
  const found = new Map<string, string>();
  for (const [from, to] of isObject(value) ? Object.entries(value) : []) {
    if (!isRepository(from))
      problems.push(`repositories: ${stringifyExactly(from)}: expected a repository without tag`);
    else if (typeof to === 'string' && isRepositoryPath(to)) found.set(from, to);
    else problems.push(`repositories: ${from}: expected a path such as team/web, got ${stringifyExactly(to)}`);
  }
  return found;
}

function isRepository(text: string): boolean {
  const reference = parseImageReference(text);
  return reference !== undefined && reference.tag === undefined && reference.digest === undefined;
}
