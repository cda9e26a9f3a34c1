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
  /** The repositories that they are for are below this one; empty for all of the host. */
  readonly path: string;
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
 * @param documents the YAML documents of the file, whose scalars are all texts or null
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
  problems.push(...findContradictions(found.map(({ settings }) => settings)));
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

// The texts of YAML 1.1, which skopeo's reader takes (gopkg.in/yaml.v2, resolve.go).
const trueTexts = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falseTexts = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/** Connections are made once for each host, whatever paths the keys of a file have. */
function findContradictions(settings: readonly RegistrySettings[]): readonly string[] {
  const hosts = new Set(settings.map(({ host }) => host));
  return [...hosts].flatMap((host) => {
    const own = settings.filter((one) => one.host === host);
    const verified = new Set(own.flatMap(({ verifyTls }) => verifyTls ?? []));
    const folders = new Set(own.map(({ certificateFolder }) => certificateFolder).filter((folder) => folder !== ''));
    return [
      ...(verified.size > 1 ? [`${host}: tls-verify has two values`] : []),
      ...(folders.size > 1 ? [`${host}: cert-dir has two values`] : []),
    ];
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
  const place = parsePlace(registry);
  if (place === undefined) problems.push(`${JSON.stringify(registry)}: expected a registry host, or one with a path`);
  // skopeo reads an absent map as an empty one.
  if (config !== null && !isObject(config)) problems.push(`${registry}: expected a map with \`images\``);
  const fields = isObject(config) ? config : {};
  const unknown = Object.keys(fields).filter((key) => !understood.has(key));
  const maps = new Reader(registry, fields, problems);
  return {
    settings: {
      host: completeShortName({ host: place?.host.toLowerCase(), path: 'any' }).host,
      path: place?.path ?? '',
      verifyTls: maps.flag('tls-verify'),
      certificateFolder: maps.text('cert-dir'),
      login: parseLogin(registry, fields['credentials'], reading),
    },
    choices: [
      ...maps.entries('images').flatMap(([path, value]) => chooseListed(registry, path, value)),
      ...maps.entries('images-by-tag-regex').map(([path, value]) => choose(registry, path, parsePattern(value))),
      ...maps.entries('images-by-semver').map(([path, value]) => choose(registry, path, parseConstraint(value))),
    ],
    warnings: [
      ...unknown.map((key) => `${registry}: ${JSON.stringify(key)} means nothing in a source file`),
      ...(config === null ? [`${registry}: it has no \`images\``] : []),
    ],
  };
}

/** skopeo puts the key before the name of each repository, so that it can have the beginning of a path. */
function parsePlace(key: string): { readonly host: string; readonly path: string } | undefined {
  const slash = key.indexOf('/');
  const [host, path] = slash < 0 ? [key, ''] : [key.slice(0, slash), key.slice(slash + 1)];
  return isRegistryHost(host) && (slash < 0 || isRepositoryPath(path)) ? { host, path } : undefined;
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
    const value = ownValue(this.#fields, key) ?? undefined;
    if (value === undefined) return undefined;
    const isTrue = typeof value === 'string' && trueTexts.test(value);
    if (!isTrue && !(typeof value === 'string' && falseTexts.test(value))) this.#refuse(key, 'true or false');
    return isTrue;
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

/** A valid name fails alone where another one of its list cannot be followed. */
function chooseListed(registry: string, path: string, list: unknown): readonly (RequestedRepository | WrongEntry)[] {
  // skopeo reads an absent list as an empty one.
  const entries: readonly unknown[] | undefined = list === null ? [] : Array.isArray(list) ? list : undefined;
  if (entries === undefined) return [choose(registry, path, 'expected a list of tags and digests')];
  const references = entries.filter(isReference);
  const wrong = entries.filter((entry) => !isReference(entry));
  const message = (entry: unknown): string => `expected a tag or a digest, got ${JSON.stringify(entry)}`;
  // An empty list would mean all tags.
  const isMeant = references.length > 0 || wrong.length === 0;
  const choice = { by: 'list', references: [...new Set(references)].sort() } as const;
  return [...(isMeant ? [choice] : []), ...wrong.map(message)].map((one) => choose(registry, path, one));
}

function choose(registry: string, path: string, choice: TagChoice | string): RequestedRepository | WrongEntry {
  const name = `${registry}/${path}`;
  if (!isRepositoryPath(path)) return { name, message: `invalid repository name ${JSON.stringify(path)}` };
  if (typeof choice === 'string') return { name, message: choice };
  const place = parsePlace(registry);
  const below = place?.path === undefined || place.path === '' ? path : `${place.path}/${path}`;
  const complete = completeShortName({ host: place?.host.toLowerCase(), path: below });
  return { source: { host: complete.host, path: complete.path }, choice };
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

const loginFields = ['username', 'password', 'identitytoken'];

/** The message never quotes what the file says. */
function parseLogin(registry: string, value: unknown, { problems, redactor }: Reading): RequestedLogin | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = isObject(value) ? value : {};
  const [username, password, identitytoken] = loginFields.map((name) => ownValue(fields, name) ?? '');
  const isText = typeof username === 'string' && typeof password === 'string' && typeof identitytoken === 'string';
  if (!isObject(value) || !isText) {
    problems.push(`${registry}: credentials: expected username and password, or identitytoken, as text`);
    return undefined;
  }
  if (username === '' && password === '' && identitytoken === '') return undefined;
  const identityToken = identitytoken === '' ? undefined : redactor.secret(identitytoken);
  return { username, password: redactor.secret(password), identityToken };
}
