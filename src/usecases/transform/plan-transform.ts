import { parseCommaList } from '../../domain/core/comma-list.ts';
import type { PlannedTags } from '../../domain/images/plan/planned-tags.ts';
import { builtInPlugins, choosePlugins } from '../../domain/transform/rules/built-in-plugins.ts';
import { parseOptionalFlags, type OptionalFlags } from '../../domain/transform/optional-flags.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import { knownFlags, toTransformOptions } from '../../domain/transform/transform-options.ts';
import { createUserPatchesPlugin } from '../../domain/transform/user-patches.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';
import { readCraneConfig } from './read-crane-config.ts';
import { readUserPatches } from './read-user-patches.ts';

export interface PlanTransformInput {
  /** JSON object of strings. */
  readonly optionalFlags: string | undefined;
  /** `from=to` pairs, added to those in the flags. */
  readonly registryReplacement: string;
  /** Wins over the flag of this name. */
  readonly modernize: string | undefined;
  /** Wins over the flag of this name; empty: the flag decides. */
  readonly namespaceMapping: string;
  /** Comma lists of plugin names, which win over those of the flags file; empty: these decide. */
  readonly skipPlugins: string;
  readonly pluginPriorities: string;
  /** Folder of a flags file, or undefined. */
  readonly craneConfig: Folder | undefined;
  /** Folder of patches that the user wrote, or undefined. */
  readonly patches: Folder | undefined;
  /** What the image plan of the same export says; undefined: not known. */
  readonly planned: PlannedTags | undefined;
}

/** Sets plugins that are programs up with the flags that each of them is to be given. */
export type OpenPlugins = (flags: OptionalFlags) => Promise<readonly Plugin[]>;

export interface PlanTransformPorts {
  readonly yaml: YamlCodec;
  /** For the flags file, which crane reads with YAML 1.2. */
  readonly flagsYaml: YamlCodec;
  readonly log: Log;
  /** Absent where no programs are plugins. */
  readonly openPlugins?: OpenPlugins;
}

/**
 * The plugins of a transformation, in order of priority, set up with all flags: those of the flags file, over them the
 * params. Patches of the user come first, programs last.
 * @throws TaskError `invalid-param`, `invalid-file`, or what opening the programs throws
 */
export async function planTransform(input: PlanTransformInput, ports: PlanTransformPorts): Promise<readonly Plugin[]> {
  const config = await readCraneConfig(input.craneConfig, { yaml: ports.flagsYaml, log: ports.log });
  const flags = mergeFlags(input, config.optionalFlags);
  const builtIn = builtInPlugins(toTransformOptions(flags), input.planned);
  const patches = input.patches === undefined ? [] : await readUserPatches(input.patches, ports.yaml);
  const programs = (await ports.openPlugins?.(flags)) ?? [];
  warnOfUnknown(flags, programs, ports.log);
  const plugins = [...(patches.length === 0 ? [] : [createUserPatchesPlugin(patches)]), ...builtIn, ...programs];
  const [skip, priorities] = [parseCommaList(input.skipPlugins), parseCommaList(input.pluginPriorities)];
  return choosePlugins(withoutDuplicates(plugins, ports.log), {
    skip: skip.length > 0 ? skip : config.skipPlugins,
    priorities: priorities.length > 0 ? priorities : config.pluginPriorities,
  });
}

function mergeFlags(input: PlanTransformInput, ofFile: OptionalFlags): OptionalFlags {
  const flags: Record<string, string> = { ...ofFile, ...parseOptionalFlags(input.optionalFlags) };
  const pairs = [flags['registry-replacement'] ?? '', input.registryReplacement].filter((text) => text !== '');
  if (pairs.length > 0) flags['registry-replacement'] = pairs.join(',');
  if (input.modernize !== undefined) flags['modernize'] = input.modernize;
  if (input.namespaceMapping !== '') flags['namespace-mapping'] = input.namespaceMapping;
  return flags;
}

function warnOfUnknown(flags: OptionalFlags, programs: readonly Plugin[], log: Log): void {
  const known = new Set([
    ...knownFlags,
    ...programs.flatMap(({ optionalFields = [] }) => optionalFields.map(({ flagName }) => flagName.toLowerCase())),
  ]);
  const unknown = Object.keys(flags).filter((name) => !known.has(name));
  if (unknown.length > 0) log.warn(`optional-flags: no plugin knows ${unknown.join(', ')}`);
}

// As crane has it: of plugins with one name the first that is found runs.
function withoutDuplicates(plugins: readonly Plugin[], log: Log): readonly Plugin[] {
  const names = new Set<string>();
  return plugins.filter(({ name, version }) => {
    if (!names.has(name)) return names.add(name);
    log.warn(`skipped another plugin with the name ${name}, version ${version}`);
    return false;
  });
}
