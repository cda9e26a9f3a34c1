import { TaskError } from '../domain/errors.ts';
import {
  parseOptionalFlags,
  toOptionalFlags,
  type OptionalFlags,
} from '../domain/resources/transform/optional-flags.ts';
import { isObject, type JsonObject } from '../domain/resources/resource.ts';
import type { Folder, Log, YamlCodec } from './ports.ts';

/** What a flags file of crane may say about a transformation. */
export interface CraneConfig {
  readonly optionalFlags: OptionalFlags;
  /** Names of plugins that are not to run. */
  readonly skipPlugins: readonly string[];
  /** Names of plugins, the more important first. */
  readonly pluginPriorities: readonly string[];
}

const nothing: CraneConfig = { optionalFlags: {}, skipPlugins: [], pluginPriorities: [] };

/** Fixed names rather than a listing: a mounted ConfigMap consists of symbolic links, and holds links of its own. */
const names = ['crane.yaml', 'crane.yml', 'crane-config.yaml', 'config.yaml', 'config', 'flags.yaml'];

const known = ['optional-flags', 'skip-plugins', 'plugin-priorities'];

/**
 * Reads the flags file in a folder. `optional-flags` may be a JSON text, as crane reads it, or a map; lists may be
 * comma lists. Other flags of crane have no meaning here and are named in a warning.
 * @throws TaskError `invalid-file` or `invalid-param`
 */
export async function readCraneConfig(
  folder: Folder | undefined,
  { yaml, log }: { yaml: YamlCodec; log: Log },
): Promise<CraneConfig> {
  if (folder === undefined) return nothing;
  const found = await findFile(folder);
  if (found === undefined) throw refuse(folder, `it has no flags file: none of ${names.join(', ')}`);
  const { name, text } = found;
  const [content] = yaml.parse(text, name);
  if (content === undefined || content === null) return nothing;
  if (!isObject(content)) throw refuse(folder, `${name} is not a map of flags`);
  const unused = Object.keys(content).filter((key) => !known.includes(key));
  if (unused.length > 0) log.warn(`${name}: passed over ${unused.join(', ')}: only ${known.join(', ')} are read`);
  return toConfig(content, name);
}

/** The names in a comma list. */
export function parseNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

async function findFile(folder: Folder): Promise<{ name: string; text: string } | undefined> {
  for (const name of names) {
    const text = await folder.read(name);
    if (text !== undefined) return { name, text };
  }
  try {
    // A workspace that is bound to one file by a subPath is that file.
    const text = await folder.read('');
    return text === undefined ? undefined : { name: 'the flags file', text };
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

function toConfig(content: JsonObject, name: string): CraneConfig {
  const flags = content['optional-flags'] ?? {};
  return {
    optionalFlags:
      typeof flags === 'string' ? parseOptionalFlags(flags) : toOptionalFlags(flags, `optional-flags of ${name}`),
    skipPlugins: toList(content['skip-plugins']),
    pluginPriorities: toList(content['plugin-priorities']),
  };
}

function toList(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((name) => parseNames(String(name)));
  return typeof value === 'string' ? parseNames(value) : [];
}

function refuse(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the workspace craneconfig in ${folder.path}: ${why}`, {
    remedy: 'Put the flags into a file crane.yaml there, or leave the workspace unbound.',
  });
}
