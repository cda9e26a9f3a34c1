import { TaskError } from '../errors.ts';
import { completeShortName, isDigest, isRegistryHost, isRepositoryPath, isTag } from '../images/image-reference.ts';
import { isObject } from '../resources/resource.ts';
import type { Repository } from './copy-job.ts';

/** One repository that a skopeo sync source file names. */
export interface RequestedRepository {
  readonly source: Repository;
  /** Tags and digests as listed; empty means all tags that the registry has. */
  readonly references: readonly string[];
  /** What the file says about this registry, when it says anything. */
  readonly verifyTls: boolean | undefined;
}

/**
 * Reads the source format of `skopeo sync --src yaml` (skopeo-sync(1), "YAML FILE CONTENT"): registries with `images`
 * and `tls-verify`. What would select other images, and what holds passwords, is refused instead of passed over.
 * @param documents the parsed YAML documents of the file
 * @throws TaskError `invalid-file`, all problems at once
 */
export function parseSourceFile(documents: readonly unknown[], source: string): readonly RequestedRepository[] {
  const problems: string[] = [];
  const [document = {}, ...others] = documents;
  if (others.length > 0) problems.push('expected one YAML document');
  if (!isObject(document)) problems.push('expected a map of registries');
  const entries = isObject(document) ? Object.entries(document) : [];
  const found = entries.flatMap(([registry, config]) => parseRegistry(registry, config, problems));
  if (problems.length === 0) return found;
  throw new TaskError('invalid-file', `reading ${source}: ${problems.slice(0, 20).join('; ')}`, {
    remedy: 'Write the file as skopeo-sync(1) describes it, or let crane-skopeo-sync-gen write it.',
  });
}

const refused: Readonly<Record<string, string>> = {
  'images-by-tag-regex': 'list the tags under `images`',
  'images-by-semver': 'list the tags under `images`',
  credentials: 'bind the workspace `registry-auth`, since passwords do not belong in this file',
  'cert-dir': 'bind the workspace `ca-bundle`',
};
const understood = new Set(['images', 'tls-verify']);

function parseRegistry(registry: string, config: unknown, problems: string[]): readonly RequestedRepository[] {
  if (!isRegistryHost(registry)) problems.push(`${JSON.stringify(registry)}: expected a registry host`);
  if (!isObject(config)) {
    problems.push(`${registry}: expected a map with \`images\``);
    return [];
  }
  for (const key of Object.keys(config)) {
    if (understood.has(key)) continue;
    const remedy = refused[key];
    problems.push(`${registry}: ${key} is not supported${remedy === undefined ? '' : `: ${remedy}`}`);
  }
  const verifyTls = config['tls-verify'];
  if (verifyTls !== undefined && typeof verifyTls !== 'boolean')
    problems.push(`${registry}: tls-verify: expected true or false`);
  const images = config['images'] ?? {};
  if (!isObject(images)) problems.push(`${registry}: images: expected a map of repositories`);
  const entries = isObject(images) ? Object.entries(images) : [];
  return entries.map(([path, list]) => ({
    source: completeRepository(registry, path),
    references: parseReferences(`${registry}/${path}`, list, problems),
    verifyTls: typeof verifyTls === 'boolean' ? verifyTls : undefined,
  }));
}

function parseReferences(name: string, list: unknown, problems: string[]): readonly string[] {
  const path = name.slice(name.indexOf('/') + 1);
  if (!isRepositoryPath(path)) problems.push(`${JSON.stringify(name)}: expected a repository`);
  // skopeo reads an absent list as an empty one.
  const entries: readonly unknown[] | undefined = list === null ? [] : Array.isArray(list) ? list : undefined;
  if (entries?.every(isReference) === true) return [...new Set(entries)].sort();
  problems.push(`${name}: expected a list of tags and digests`);
  return [];
}

function isReference(entry: unknown): entry is string {
  return typeof entry === 'string' && (isTag(entry) || isDigest(entry));
}

function completeRepository(registry: string, path: string): Repository {
  const complete = completeShortName({ host: registry, path });
  return { registry: complete.host.toLowerCase(), path: complete.path };
}
