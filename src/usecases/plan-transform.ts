import { builtInPlugins, choosePlugins } from '../domain/resources/transform/built-in-plugins.ts';
import { parseOptionalFlags, type OptionalFlags } from '../domain/resources/transform/optional-flags.ts';
import type { Plugin } from '../domain/resources/transform/plugin.ts';
import { knownFlags, toTransformOptions } from '../domain/resources/transform/transform-options.ts';
import type { Folder, Log, YamlCodec } from './ports.ts';
import { readCraneConfig } from './read-crane-config.ts';

export interface PlanTransformInput {
  /** JSON object of strings. */
  readonly optionalFlags: string;
  /** `from=to` pairs, added to those in the flags. */
  readonly registryReplacement: string;
  /** Wins over the flag of this name; empty: the flag decides. */
  readonly modernize: string;
  /** Folder of a flags file, or undefined. */
  readonly craneConfig: Folder | undefined;
}

/**
 * The plugins of a transformation, in order of priority, set up with all flags: those of the flags file, over them the
 * params.
 * @throws TaskError `invalid-param` or `invalid-file`
 */
export async function planTransform(
  { optionalFlags, registryReplacement, modernize, craneConfig }: PlanTransformInput,
  ports: { readonly yaml: YamlCodec; readonly log: Log },
): Promise<readonly Plugin[]> {
  const config = await readCraneConfig(craneConfig, ports);
  const chosen: OptionalFlags = modernize === '' ? {} : { modernize };
  const flags: OptionalFlags = { ...config.optionalFlags, ...parseOptionalFlags(optionalFlags), ...chosen };
  const unknown = Object.keys(flags).filter((name) => !knownFlags.includes(name));
  if (unknown.length > 0) ports.log.warn(`optional-flags: no plugin knows ${unknown.join(', ')}`);
  const name = 'registry-replacement';
  const pairs = [flags[name], registryReplacement].filter((text) => text !== undefined && text !== '').join(',');
  const options = toTransformOptions({ ...flags, [name]: pairs });
  return choosePlugins(builtInPlugins(options), { skip: config.skipPlugins, priorities: config.pluginPriorities });
}
