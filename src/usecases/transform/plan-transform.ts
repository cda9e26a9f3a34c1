import { parseCommaList } from '../../domain/core/comma-list.ts';
import type { PlannedTags } from '../../domain/images/plan/planned-tags.ts';
import { builtInPlugins, choosePlugins } from '../../domain/transform/rules/built-in-plugins.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import {
  knownFlags,
  toTransformOptions,
  parseOptionalFlags,
  type OptionalFlags,
  toOptionalFlags,
} from '../../domain/transform/transform-options.ts';
import { createUserPatchesPlugin, parseUserPatches, type UserPatch } from '../../domain/transform/user-patches.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';
import type { ClaimWishes } from '../../domain/volumes/claim-wishes.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import { readFlagsFile } from '../export/export-flags.ts';

export interface PlanTransformInput {
  /** JSON object of strings. */
  readonly optionalFlags: string | undefined;
  /** `from=to` pairs, added to those in the flags. */
  readonly registryReplacement: string;
  /** Whether images are copied; else pairs without a registry at the destination are left out. */
  readonly copiesImages?: boolean;
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
  /** What moved claims are at the destination; absent: what they are at the source. */
  readonly claimWishes?: ClaimWishes;
  /** What the image plan of the same export says; undefined: not known. */
  readonly planned: PlannedTags | undefined;
}

/** Sets plugins that are programs up with the flags that each of them is to be given. */
export type OpenPlugins = (flags: OptionalFlags) => Promise<readonly Plugin[]>;

interface PlanTransformPorts {
  readonly yaml: YamlCodec;
  /** For the flags file, which crane reads with YAML 1.2. */
  readonly flagsYaml: YamlCodec;
  readonly log: Log;
  /** Absent where no programs are plugins. */
  readonly openPlugins?: OpenPlugins;
}

/**
 * The plugins in order of priority, with the flags of the file and over them the params. The user's patches come first,
 * programs last. @throws TaskError `invalid-param`, `invalid-file`, or what opening the programs throws
 */
export async function planTransform(input: PlanTransformInput, ports: PlanTransformPorts): Promise<readonly Plugin[]> {
  const config = await readCraneConfig(input.craneConfig, { yaml: ports.flagsYaml, log: ports.log });
  const flags = mergeFlags(input, config.optionalFlags, ports.log);
  const builtIn = builtInPlugins(toTransformOptions(flags, input.claimWishes), input.planned);
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

function mergeFlags(input: PlanTransformInput, ofFile: OptionalFlags, log: Log): OptionalFlags {
  const flags: Record<string, string> = { ...ofFile, ...parseOptionalFlags(input.optionalFlags) };
  const { registryReplacement, copiesImages = true } = input;
  const [known, unknown] = copiesImages ? [registryReplacement, ''] : splitByDestination(registryReplacement);
  if (unknown !== '') log.warn(`no registry of the destination is known: images keep their names at ${unknown}`);
  const pairs = [flags['registry-replacement'] ?? '', known].filter((text) => text !== '');
  if (pairs.length > 0) flags['registry-replacement'] = pairs.join(',');
  if (input.modernize !== undefined) flags['modernize'] = input.modernize;
  if (input.namespaceMapping !== '') flags['namespace-mapping'] = input.namespaceMapping;
  return flags;
}

/** Pairs with a registry at the destination, and the registries or namespaces of the source without one. */
function splitByDestination(text: string): readonly [string, string] {
  const pairs = parseCommaList(text);
  const isUnknown = (pair: string): boolean => /=(?:\/|$)/.test(pair);
  const sources = pairs.filter(isUnknown).map((pair) => pair.slice(0, pair.indexOf('=')));
  const named = sources.filter((source) => source !== '' && !source.startsWith('/'));
  return [pairs.filter((pair) => !isUnknown(pair)).join(','), named.join(', ')];
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

/** Reads all patches in a folder, sorted by path. @throws TaskError `invalid-file` for none or a malformed one */
async function readUserPatches(folder: Folder, yaml: YamlCodec): Promise<readonly UserPatch[]> {
  const paths = (await folder.list()).filter((path) => /\.(ya?ml|json)$/.test(path));
  const patches: UserPatch[] = [];
  for (const path of paths) {
    const documents = yaml.parse((await folder.read(path)) ?? '', path);
    const filled = documents.filter((document) => document !== null && document !== undefined);
    patches.push(...parseUserPatches(filled, path, (text, source) => yaml.parse(text, source)[0]));
  }
  if (patches.length > 0) return patches;
  throw new TaskError('invalid-file', `reading the patches in ${folder.path}: there are none`, {
    remedy: 'Put patch files (*.yaml) there, or leave the workspace patches unbound.',
  });
}

/** What a flags file of crane may say about a transformation. */
interface CraneConfig {
  readonly optionalFlags: OptionalFlags;
  /** Names of plugins that are not to run. */
  readonly skipPlugins: readonly string[];
  /** Names of plugins, the more important first. */
  readonly pluginPriorities: readonly string[];
}

const nothing: CraneConfig = { optionalFlags: {}, skipPlugins: [], pluginPriorities: [] };

const known = ['optional-flags', 'skip-plugins', 'plugin-priorities'];

/**
 * `optional-flags` may be a JSON text, as crane reads it, or a map; lists may be comma lists. Other flags are named in
 * a warning. @throws TaskError `invalid-file` or `invalid-param`
 */
async function readCraneConfig(
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
