import { notebookText } from './notebook.ts';
import { runPython, type ServerPlace } from './run-python.ts';
import { makePrivateKey } from './secret-values.ts';

/** Where a value is hidden. The first part says in which area or in what kind of file. */
export const plantNames = [
  'library-file',
  'workspace-file',
  'notebook-source',
  'notebook-output',
  'notebook-traceback',
  'notebook-attachment',
  'git-history',
  'zip',
] as const;
export type PlantName = (typeof plantNames)[number];

export interface Planted {
  /** The file; of a repository its folder. */
  readonly path: string;
  readonly value: string;
}

interface Plant extends Planted {
  readonly kind: 'text' | 'zip' | 'git';
  readonly content: string;
}

/** Below these folders and nowhere else values are hidden. */
const folders = { library: '/app-library/planted', workspace: '/files/planted' };

/**
 * Hides a value in files of the library area and of the workspace.
 * @param value absent: a private key, which scanners know without its value
 */
export async function plant(
  place: ServerPlace,
  names: readonly PlantName[],
  value = makePrivateKey(),
): Promise<readonly Planted[]> {
  const plants = names.map((name) => planOf(name, value));
  await runPython(place, 'plant.py', plants);
  return plants.map(({ path }) => ({ path, value }));
}

/** Removes all that `plant` has written. */
export async function removePlanted({ kubectl, namespace, target }: ServerPlace): Promise<void> {
  const command = ['exec', target, '-n', namespace, '-c', 'lab', '--', 'rm', '-rf', ...Object.values(folders)];
  await kubectl.run(command);
}

function planOf(name: PlantName, value: string): Plant {
  const text = (path: string, content: string): Plant => ({ kind: 'text', path, content, value });
  const notebook = (cell: Parameters<typeof notebookText>[0][number]): Plant =>
    text(`${folders.workspace}/${name}.ipynb`, notebookText([{ cell_type: 'markdown', source: '# Draft' }, cell]));
  const output = (outputs: readonly object[]): Plant => notebook({ cell_type: 'code', source: 'run()', outputs });
  switch (name) {
    case 'library-file':
      return text(`${folders.library}/settings.py`, `KEY = """${value}"""\n`);
    case 'workspace-file':
      return text(`${folders.workspace}/settings.txt`, `key: ${value}\n`);
    case 'notebook-source':
      return notebook({ cell_type: 'code', source: `key = """${value}"""` });
    case 'notebook-output':
      return output([{ output_type: 'stream', name: 'stdout', text: value }]);
    case 'notebook-traceback':
      return output([{ output_type: 'error', ename: 'ValueError', evalue: 'refused', traceback: ['run()', value] }]);
    case 'notebook-attachment':
      return notebook({
        cell_type: 'markdown',
        source: '![key](attachment:key.txt)',
        attachments: { 'key.txt': { 'text/plain': value } },
      });
    case 'git-history':
      return { kind: 'git', path: `${folders.workspace}/repository`, content: value, value };
    case 'zip':
      return { kind: 'zip', path: `${folders.workspace}/keys.zip`, content: value, value };
  }
}
