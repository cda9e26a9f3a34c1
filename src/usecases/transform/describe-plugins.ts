import { escapeControls } from '../../domain/core/log-text.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import type { Log } from '../../domain/core/ports.ts';
import { planTransform, type OpenPlugins } from './plan-transform.ts';

export interface DescribeInput {
  /** Comma list of plugin names to leave out. */
  readonly skipPlugins: string;
}

export interface DescribePorts {
  readonly log: Log;
  readonly openPlugins: OpenPlugins;
}

/** Name and version of each plugin, one a line, in the order in which they run. */
export async function listPlugins(input: DescribeInput, ports: DescribePorts): Promise<string> {
  const plugins = await knownPlugins(input, ports);
  const width = Math.max(0, ...plugins.map(({ name }) => name.length));
  return plugins
    .map(({ name, version }) => escapeControls(`${name.padEnd(width)}  ${version}`).trimEnd() + '\n')
    .join('');
}

/** Each flag that a plugin knows, with its help and an example, by plugin. */
export async function listOptionals(input: DescribeInput, ports: DescribePorts): Promise<string> {
  return (await knownPlugins(input, ports)).map(formatOptionals).join('\n');
}

function formatOptionals({ name, version, optionalFields = [] }: Plugin): string {
  const fields = optionalFields.flatMap(({ flagName, help, example }) => [
    `  ${flagName}`,
    `    ${help}`,
    `    Example: ${JSON.stringify({ [flagName]: example })}`,
  ]);
  const lines = [`${name} ${version}`, ...(fields.length === 0 ? ['  no flags'] : fields)];
  return lines.map((line) => escapeControls(line) + '\n').join('');
}

// With every rule set switched on: what is off by default has flags too.
function knownPlugins({ skipPlugins }: DescribeInput, { log, openPlugins }: DescribePorts): Promise<readonly Plugin[]> {
  const none = { optionalFlags: '', registryReplacement: '', namespaceMapping: '', pluginPriorities: '' };
  const input = {
    ...none,
    modernize: 'ingress',
    skipPlugins,
    craneConfig: undefined,
    patches: undefined,
    planned: undefined,
  };
  return planTransform(input, { yaml: noYaml, flagsYaml: noYaml, log, openPlugins });
}

const noYaml = { parse: () => [], format: () => '' };
