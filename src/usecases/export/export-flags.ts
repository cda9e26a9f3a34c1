import { TaskError } from '../../domain/core/errors.ts';
import { type JsonObject, ownValue, isObject } from '../../domain/core/json-object.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';

/** Params of an export that a flags file may give as well, by their names. */
export type ExportFlags = Readonly<Record<string, string | number | undefined>>;

/** Flags of crane that other programs read, or that workspaces take the place of. */
const ofOthers = new Set(['optional-flags', 'skip-plugins', 'plugin-priorities', 'export-dir', 'kubeconfig', 'debug']);

interface FlagsSource {
  /** Undefined: no flags file. */
  readonly folder: Folder | undefined;
  /** The value that each param has when nothing is said. */
  readonly usual: ExportFlags;
  readonly yaml: YamlCodec;
  readonly log: Log;
}

/**
 * The params of an export, completed by a flags file. A param that has its usual value leaves the word to the file.
 * @throws TaskError `invalid-file` for a file that cannot be read, `invalid-param` for a value that fits no param
 */
export async function completeByFlagsFile<T extends ExportFlags>(given: T, source: FlagsSource): Promise<T> {
  if (source.folder === undefined) return given;
  const file = await readFlagsFile(source.folder, source.yaml);
  const { name, flags } = file;
  const { usual } = source;
  const unknown = Object.keys(flags).filter((key) => !Object.hasOwn(usual, key) && !ofOthers.has(key));
  if (unknown.length > 0) source.log.warn(`${name}: skipped ${unknown.join(', ')}: unknown to an export`);
  const fromFile = Object.entries(given).flatMap(([key, value]) =>
    value === ownValue(usual, key) && Object.hasOwn(flags, key)
      ? [[key, valueOf(flags, { key, like: value, file })] as const]
      : [],
  );
  return { ...given, ...Object.fromEntries(fromFile) };
}

function valueOf(
  flags: JsonObject,
  { key, like, file }: { key: string; like: string | number | undefined; file: FlagsFile },
): string | number | undefined {
  const value = ownValue(flags, key);
  if (typeof like === 'number') {
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw misfit(file, key, 'a number above 0');
  }
  const texts = Array.isArray(value) ? value : [value];
  if (texts.every((text) => typeof text === 'string' || typeof text === 'number'))
    return texts.join(',') || (like === undefined ? undefined : '');
  throw misfit(file, key, 'a text');
}

function misfit({ name }: FlagsFile, key: string, expected: string): TaskError {
  return new TaskError('invalid-param', `reading ${key} of ${name}: expected ${expected}`, {
    remedy: 'Fix the flags file of the workspace craneconfig.',
  });
}

interface FlagsFile {
  /** For messages. */
  readonly name: string;
  readonly flags: JsonObject;
}

/** Fixed names rather than a listing: a mounted ConfigMap consists of symbolic links, and holds links of its own. */
const names = ['crane.yaml', 'crane.yml', 'crane-config.yaml', 'config.yaml', 'config', 'flags.yaml'];

/**
 * Reads the flags file of crane in a folder, or the one that a workspace is bound to by a subPath; it may be empty.
 * @throws TaskError `invalid-file` when there is none, or it holds something else
 */
export async function readFlagsFile(folder: Folder, yaml: YamlCodec): Promise<FlagsFile> {
  const found = await findFile(folder);
  if (found === undefined) throw refuse(folder, `it has no flags file: none of ${names.join(', ')}`);
  const { name, text } = found;
  const [content] = yaml.parse(text, name);
  if (content === undefined || content === null) return { name, flags: {} };
  if (!isObject(content)) throw refuse(folder, `${name} is not a map of flags`);
  return { name, flags: content };
}

async function findFile(folder: Folder): Promise<{ name: string; text: string } | undefined> {
  for (const name of names) {
    const text = await folder.read(name);
    if (text !== undefined) return { name, text };
  }
  try {
    const text = await folder.read('');
    return text === undefined ? undefined : { name: 'the flags file', text };
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

function refuse(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the workspace craneconfig in ${folder.path}: ${why}`, {
    remedy: 'Put the flags into a file crane.yaml there, or leave the workspace unbound.',
  });
}
