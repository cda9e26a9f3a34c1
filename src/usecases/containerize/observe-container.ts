import { homePackageFolders } from '../../domain/containerize/known-folders.ts';
import { parsePrefixes } from '../../domain/containerize/parse-prefixes.ts';
import type { LoadPath } from '../../domain/containerize/packages-outside.ts';
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

/** Everything that a program loads packages from, one path in a line. */
const loaders: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  {
    name: 'python3 sys.path',
    command: [
      'python3',
      '-c',
      String.raw`import site, sys; print(*sys.path, *site.getsitepackages(), site.getusersitepackages(), sep="\n")`,
    ],
  },
  { name: 'R .libPaths()', command: ['Rscript', '-e', String.raw`cat(.libPaths(), sep="\n")`] },
];

/** The folders of extensions that running editors were started with. The arguments of a process end with NUL. */
const printExtensionFolders = String.raw`for each in /proc/[0-9]*/cmdline; do tr '\0' '\n' < "$each" 2>/dev/null; done |
sed -n -e 's/^--extensions-dir=//p' -e '/^--extensions-dir$/{n;p;}' | sort -u`;
/** Folders of extensions below HOME: of code-server, of VS Code by its remote server, and of openvscode-server. */
const extensionFolders = ['.local/share/code-server', '.vscode-server', '.openvscode-server'];

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
    loadPaths: await observeLoadPaths(output, home ?? ''),
    home: home === '' ? undefined : home,
    packageFolders: existing.map((path) => ({ path, evidence: named.get(path) ?? '' })),
    prefixes: parsePrefixes(linesOf(await output(['sh', '-c', printEnvironments, 'sh', ...claims]), /^[/#]/)),
  };
}

async function observeLoadPaths(output: ContainerAccess['output'], home: string): Promise<readonly LoadPath[]> {
  const answers = await Promise.all(
    loaders.map(async ({ name, command }) =>
      linesOf(await output(command)).map((path): LoadPath => ({ path, loader: name })),
    ),
  );
  const started = linesOf(await output(['sh', '-c', printExtensionFolders]));
  const usual = home.startsWith('/')
    ? extensionFolders.map((each) => `${home.replace(/\/$/, '')}/${each}/extensions`)
    : [];
  const editors = [...started, ...usual].map((path): LoadPath => ({ path, loader: 'extensions of an editor' }));
  const found = [...answers.flat(), ...editors];
  const paths = [...new Set(found.map(({ path }) => path))];
  if (paths.length === 0) return [];
  const existing = new Set(linesOf(await output(['sh', '-c', printFolders, 'sh', ...paths])));
  return found.filter(({ path }) => existing.has(path));
}

const printSizes = String.raw`for path; do du -sk "$path" 2>/dev/null | head -n 1; done`;

/** Bytes on disk of folders of a container, as far as it reports them. */
export async function observeSizes(
  { output }: Pick<ContainerAccess, 'output'>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (paths.length === 0) return new Map();
  const lines = ((await output(['sh', '-c', printSizes, 'sh', ...paths])) ?? '').split('\n');
  return new Map(
    lines.flatMap((line): readonly (readonly [string, number])[] => {
      const [, kibibytes, path] = /^(\d+)\s+(\/.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [[path, Number(kibibytes) * 1024]];
    }),
  );
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
