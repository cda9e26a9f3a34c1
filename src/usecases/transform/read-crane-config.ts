import { parseCommaList } from '../../domain/core/comma-list.ts';
import { parseOptionalFlags, toOptionalFlags, type OptionalFlags } from '../../domain/transform/optional-flags.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import { readFlagsFile } from '../export/flags-file.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';

/** What a flags file of crane may say about a transformation. */
export interface CraneConfig {
  readonly optionalFlags: OptionalFlags;
  /** Names of plugins that are not to run. */
  readonly skipPlugins: readonly string[];
  /** Names of plugins, the more important first. */
  readonly pluginPriorities: readonly string[];
}

const nothing: CraneConfig = { optionalFlags: {}, skipPlugins: [], pluginPriorities: [] };

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
  const { name, flags: content } = await readFlagsFile(folder, yaml);
  const unused = Object.keys(content).filter((key) => !known.includes(key));
  if (unused.length > 0) log.warn(`${name}: skipped ${unused.join(', ')}: only ${known.join(', ')} are read`);
  return toConfig(content, name);
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
  if (Array.isArray(value)) return value.flatMap((name) => parseCommaList(String(name)));
  return typeof value === 'string' ? parseCommaList(value) : [];
}
