import { TaskError } from '../../domain/errors.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../../domain/resources/resource.ts';
import type { Folder, YamlCodec } from '../ports.ts';

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

// Entries that may be files, folders, or (the last three) whole YAML texts.
const sources = ['resources', 'bases', 'components', 'transformers', 'generators', 'validators'];
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/**
 * Makes sure that a kustomization takes everything from its own folder: kustomize would fetch an address, or take an
 * entry that is no file for the name of a git repository.
 * @throws TaskError `invalid-file` naming the entry
 */
export async function checkKustomization(folder: Folder, yaml: YamlCodec): Promise<void> {
  const files = new Set(await folder.list());
  const pending = [''];
  const seen = new Set(pending);
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { path, content } = await readKustomization(place, { folder, files, yaml });
    for (const below of checkEntries(content, { place, path, files })) {
      if (!seen.has(below)) pending.push(below);
      seen.add(below);
    }
  }
}

interface Place {
  /** Folder of the kustomization, relative, with a slash at its end unless it is the root. */
  readonly place: string;
  readonly path: string;
  readonly files: ReadonlySet<string>;
}

/** The folders that a kustomization takes in. */
function checkEntries(content: JsonObject, { place, path, files }: Place): readonly string[] {
  const remote = loadedFiles(content).find((entry) => scheme.test(entry));
  if (remote !== undefined) throw refuse(path, remote);
  return sources
    .flatMap((field) => arrayAt(content, field))
    .filter((entry) => typeof entry === 'string' && !entry.includes('\n'))
    .map(String)
    .flatMap((entry) => {
      const target = joinPath(place, entry);
      if (target !== undefined && files.has(target)) return [];
      const below = target === '' || target === undefined ? target : `${target}/`;
      if (below === undefined || findKustomization(below, files) === undefined) throw refuse(path, entry);
      return [below];
    });
}

/** Everything that kustomize loads as a file, and would also fetch. */
function loadedFiles(content: JsonObject): readonly string[] {
  const plain = ['crds', 'configurations', 'patchesStrategicMerge', 'transformers', 'generators', 'validators'];
  const byPath = ['patches', 'patchesJson6902', 'replacements'];
  const generated = ['configMapGenerator', 'secretGenerator'].flatMap((field) => arrayAt(content, field));
  return [
    ...plain.flatMap((field) => arrayAt(content, field)),
    ...byPath.flatMap((field) => arrayAt(content, field)).map((entry) => stringAt(entry, 'path')),
    ...generated.flatMap((entry) => [...arrayAt(entry, 'files'), ...arrayAt(entry, 'envs'), stringAt(entry, 'env')]),
    stringAt(content, 'openapi', 'path'),
  ]
    .filter((entry) => typeof entry === 'string')
    .flatMap((entry) => [entry, entry.slice(entry.indexOf('=') + 1)]);
}

async function readKustomization(
  place: string,
  { folder, files, yaml }: { folder: Folder; files: ReadonlySet<string>; yaml: YamlCodec },
): Promise<{ path: string; content: JsonObject }> {
  const path = findKustomization(place, files);
  const text = path === undefined ? undefined : await folder.read(path);
  if (path === undefined || text === undefined) {
    throw new TaskError('invalid-file', `reading ${folder.path}: there is no kustomization.yaml`, {
      remedy: 'Run crane-kustomize-init first, or bind the folder that holds the kustomization.',
    });
  }
  const [content] = yaml.parse(text, path);
  if (isObject(content)) return { path, content };
  throw new TaskError('invalid-file', `reading ${path}: it is no kustomization`, {
    remedy: 'Mend it, then run again.',
  });
}

function findKustomization(place: string, files: ReadonlySet<string>): string | undefined {
  return names.map((name) => place + name).find((path) => files.has(path));
}

/** A relative path seen from the root; undefined when it leaves the root or is absolute. */
function joinPath(place: string, entry: string): string | undefined {
  if (entry.startsWith('/')) return undefined;
  const steps: string[] = [];
  for (const step of `${place}${entry}`.split('/')) {
    if (step === '..' && steps.pop() === undefined) return undefined;
    if (step !== '' && step !== '.' && step !== '..') steps.push(step);
  }
  return steps.join('/');
}

function refuse(path: string, entry: string): TaskError {
  return new TaskError(
    'invalid-file',
    `reading ${path}: ${JSON.stringify(entry)} is no file or kustomization in this folder`,
    {
      remedy: 'Copy what it names into the folder: remote bases are not fetched.',
    },
  );
}
