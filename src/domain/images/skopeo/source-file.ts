import { TaskError } from '../../core/errors.ts';
import {
  completeShortName,
  isDigest,
  isRegistryHost,
  isRepositoryPath,
  isTag,
  type ImageLocation,
} from '../../oci/image-location.ts';
import { ownValue, isObject, type JsonObject } from '../../core/json-object.ts';
import type { Redactor, Secret } from '../../core/secret.ts';

/** What of a repository is wanted. */
export type TagChoice =
  | {
      readonly by: 'list' /** Tags and digests, sorted; empty means all tags that the registry has. */;
      readonly references: readonly string[];
    }
  | { readonly by: 'regex' /** In the syntax of Go. */; readonly pattern: string }
  | { readonly by: 'semver' /** In the syntax of github.com/Masterminds/semver. */; readonly constraint: string };

/** One repository that a skopeo sync source file names. */
export interface RequestedRepository {
  readonly source: ImageLocation;
  readonly choice: TagChoice;
}

/** How the file wants a registry to be spoken to. */
export interface RegistrySettings {
  readonly host: string;
  /** What the file says, when it says anything. */
  readonly verifyTls: boolean | undefined;
  /** Folder with `*.crt`, `*.cert` and `*.key` files; empty for none. */
  readonly certificateFolder: string;
  readonly login: RequestedLogin | undefined;
}

export interface RequestedLogin {
  readonly username: string;
  readonly password: Secret;
  /** An OAuth2 refresh token in place of a password. */
  readonly identityToken: Secret | undefined;
}

/** An entry of the file that cannot be followed; the others are. */
export interface WrongEntry {
  /** `host/repository` as the file has it. */
  readonly name: string;
  readonly message: string;
}

export interface SourceFile {
  readonly registries: readonly RegistrySettings[];
  readonly repositories: readonly RequestedRepository[];
  readonly wrong: readonly WrongEntry[];
  readonly warnings: readonly string[];
}

/**
 * Reads the source format of `skopeo sync --src yaml` (skopeo-sync(1), "YAML FILE CONTENT"). A repository that cannot be
 * followed is an entry of `wrong`; what is wrong about a registry ends the reading, since the copies would go another way.
 * @param documents the parsed YAML documents of the file
 * @throws TaskError `invalid-file`, all problems at once
 */
export function parseSourceFile(documents: readonly unknown[], source: string, redactor: Redactor): SourceFile {
  const problems: string[] = [];
  const reading = { problems, redactor };
  const [document = {}, ...others] = documents;
  if (others.length > 0) problems.push('expected one YAML document');
  if (!isObject(document)) problems.push('expected a map of registries');
  const entries = isObject(document) ? Object.entries(document) : [];
  const found = entries.map(([registry, config]) => parseRegistry(registry, config, reading));
  if (problems.length === 0) {
    return {
      registries: found.map(({ settings }) => settings),
      repositories: found.flatMap(({ choices }) => choices.flatMap((one) => ('choice' in one ? [one] : []))),
      wrong: found.flatMap(({ choices }) => choices.flatMap((one) => ('message' in one ? [one] : []))),
      warnings: found.flatMap(({ warnings }) => warnings),
    };
  }
  throw new TaskError('invalid-file', `reading ${source}: ${problems.slice(0, 20).join('; ')}`, {
    remedy: 'Write the file as skopeo-sync(1) describes it, or use the one that the image plan has beside it.',
  });
}

const understood = new Set([
  'images',
  'images-by-tag-regex',
  'images-by-semver',
  'credentials',
  'tls-verify',
  'cert-dir',
]);

interface Reading {
  readonly problems: string[];
  readonly redactor: Redactor;
}

interface ParsedRegistry {
  readonly settings: RegistrySettings;
  readonly choices: readonly (RequestedRepository | WrongEntry)[];
  readonly warnings: readonly string[];
}

function parseRegistry(registry: string, config: unknown, reading: Reading): ParsedRegistry {
  const { problems } = reading;
  if (!isRegistryHost(registry)) problems.push(`${JSON.stringify(registry)}: expected a registry host`);
  if (!isObject(config)) problems.push(`${registry}: expected a map with \`images\``);
  const fields = isObject(config) ? config : {};
  const unknown = Object.keys(fields).filter((key) => !understood.has(key));
  const maps = new Reader(registry, fields, problems);
  return {
    settings: {
      host: completeShortName({ host: registry.toLowerCase(), path: 'any' }).host,
      verifyTls: maps.flag('tls-verify'),
      certificateFolder: maps.text('cert-dir'),
      login: parseLogin(registry, fields['credentials'], reading),
    },
    choices: [
      ...maps.entries('images').map(([path, value]) => choose(registry, path, parseReferences(value))),
      ...maps.entries('images-by-tag-regex').map(([path, value]) => choose(registry, path, parsePattern(value))),
      ...maps.entries('images-by-semver').map(([path, value]) => choose(registry, path, parseConstraint(value))),
    ],
    warnings: unknown.map((key) => `${registry}: ${JSON.stringify(key)} means nothing in a source file`),
  };
}

/** Takes typed values out of what the file says of a registry, and notes what is wrong. */
class Reader {
  readonly #registry: string;
  readonly #fields: JsonObject;
  readonly #problems: string[];

  constructor(registry: string, fields: JsonObject, problems: string[]) {
    this.#registry = registry;
    this.#fields = fields;
    this.#problems = problems;
  }

  flag(key: string): boolean | undefined {
    const value = ownValue(this.#fields, key);
    if (value !== undefined && typeof value !== 'boolean') this.#refuse(key, 'true or false');
    return typeof value === 'boolean' ? value : undefined;
  }

  text(key: string): string {
    const value = ownValue(this.#fields, key) ?? '';
    if (typeof value !== 'string') this.#refuse(key, 'text');
    return typeof value === 'string' ? value : '';
  }

  entries(key: string): readonly [string, unknown][] {
    const value = ownValue(this.#fields, key) ?? {};
    if (!isObject(value)) this.#refuse(key, 'a map of repositories');
    return isObject(value) ? Object.entries(value) : [];
  }

  #refuse(key: string, expected: string): void {
    this.#problems.push(`${this.#registry}: ${key}: expected ${expected}`);
  }
}

function choose(registry: string, path: string, choice: TagChoice | string): RequestedRepository | WrongEntry {
  const name = `${registry}/${path}`;
  if (!isRepositoryPath(path)) return { name, message: `invalid repository name ${JSON.stringify(path)}` };
  if (typeof choice === 'string') return { name, message: choice };
  const complete = completeShortName({ host: registry.toLowerCase(), path });
  return { source: { host: complete.host, path: complete.path }, choice };
}

function parseReferences(list: unknown): TagChoice | string {
  // skopeo reads an absent list as an empty one.
  const entries: readonly unknown[] | undefined = list === null ? [] : Array.isArray(list) ? list : undefined;
  if (entries?.every(isReference) === true) return { by: 'list', references: [...new Set(entries)].sort() };
  return 'expected a list of tags and digests; tags that look like numbers need quotes';
}

function isReference(entry: unknown): entry is string {
  return typeof entry === 'string' && (isTag(entry) || isDigest(entry));
}

function parsePattern(value: unknown): TagChoice | string {
  return typeof value === 'string' ? { by: 'regex', pattern: value } : 'expected a regular expression';
}

function parseConstraint(value: unknown): TagChoice | string {
  return typeof value === 'string' ? { by: 'semver', constraint: value } : 'expected a version constraint, in quotes';
}

/** The message never quotes what the file says. */
function parseLogin(registry: string, value: unknown, { problems, redactor }: Reading): RequestedLogin | undefined {
  if (value === undefined || value === null) return undefined;
  const { username = '', password = '', identitytoken = '' } = isObject(value) ? value : {};
  const isText = typeof username === 'string' && typeof password === 'string' && typeof identitytoken === 'string';
  if (!isObject(value) || !isText) {
    problems.push(`${registry}: credentials: expected username and password, or identitytoken, as text`);
    return undefined;
  }
  if (username === '' && password === '' && identitytoken === '') return undefined;
  const identityToken = identitytoken === '' ? undefined : redactor.secret(identitytoken);
  return { username, password: redactor.secret(password), identityToken };
}
