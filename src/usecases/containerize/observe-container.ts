import { homePackageFolders } from '../../domain/containerize/known-folders.ts';
import { parsePrefixes } from '../../domain/containerize/parse-prefixes.ts';
import type { ObservedContainer } from '../../domain/containerize/plan-containerize.ts';
import { ownValue } from '../../domain/core/json-object.ts';
import type { ContainerAccess } from './ports.ts';

/** Programs that say where they load packages from. */
const questions: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  {
    name: 'python3 site.getusersitepackages()',
    command: ['python3', '-c', 'import site; print(site.getusersitepackages())'],
  },
  { name: 'R .libPaths()', command: ['Rscript', '-e', String.raw`cat(.libPaths(), sep="\n")`] },
];

const printFolders = String.raw`for path; do if [ -d "$path" ]; then printf '%s\n' "$path"; fi; done`;
const printHome = String.raw`printf '%s\n' "$HOME"`;

/** Architectures as the kernel names them, and as GOARCH does. */
const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** For each environment in a folder, two lines: its path, and the first lines of one of its own scripts. */
const printEnvironments = String.raw`for path; do for each in "$path" "$path"/* "$path"/envs/*; do
if [ -f "$each/pyvenv.cfg" ] || [ -d "$each/conda-meta" ]; then for script in "$each/bin/pip" "$each/bin/pip3"; do
if [ -f "$script" ]; then printf '%s\n' "$each"; head -c 400 "$script" | tr '\n' ' '; printf '\n'; break; fi; done; fi; done; done`;

/**
 * Finds out where a container keeps packages, before any file is read.
 * @param claims folders where claims are mounted
 */
export async function observeContainer(
  { output }: ContainerAccess,
  claims: readonly string[],
): Promise<ObservedContainer> {
  const home = await output(['sh', '-c', printHome]);
  const answers = await Promise.all(
    questions.map(async ({ name, command }) => ({ name, paths: linesOf(await output(command)) })),
  );
  const known = home === undefined ? [] : homePackageFolders.map((folder) => `${home.replace(/\/$/, '')}/${folder}`);
  const named = new Map([
    ...known.map((path) => [path, ''] as const),
    ...answers.flatMap(({ name, paths }) => paths.map((path) => [path, name] as const)),
  ]);
  const existing = linesOf(await output(['sh', '-c', printFolders, 'sh', ...named.keys()]));
  return {
    home: home === '' ? undefined : home,
    packageFolders: existing.map((path) => ({ path, evidence: named.get(path) ?? '' })),
    prefixes: parsePrefixes(linesOf(await output(['sh', '-c', printEnvironments, 'sh', ...claims]), /^[/#]/)),
  };
}

/** Platform of a container, as `os/architecture`; undefined for one without `uname`, and for other architectures. */
export async function observePlatform({ output }: ContainerAccess): Promise<string | undefined> {
  const machine = (await output(['uname', '-m'])) ?? '';
  const architecture = ownValue(architectures, machine);
  return architecture === undefined ? undefined : `linux/${architecture}`;
}

function linesOf(text: string | undefined, begin = /^\//): readonly string[] {
  return (text ?? '').split('\n').filter((line) => begin.test(line));
}
