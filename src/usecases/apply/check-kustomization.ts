import type { KustomizationFiles } from '../../domain/apply/kustomize/kustomization.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { checkFields, type Fields, type PathRole } from '../../domain/apply/kustomize/check-fields.ts';
import { isRemotePath, resolveEntry, toLocalEntry } from '../../domain/apply/kustomize/entry-paths.ts';
import { kustomizationFields, pluginFolderFields, fieldsOfPlugin } from '../../domain/apply/kustomize/known-fields.ts';
import type { Folder, YamlCodec } from '../../domain/core/ports.ts';

/** https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/konfig/general.go */
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether files of a folder make it a kustomization. */
export function isKustomization(files: readonly string[]): boolean {
  return names.some((name) => files.includes(name));
}

/** Of a text with several lines: it can be a patch that holds a secret. */
const longestShown = 40;

/** A file or folder that has to be read. `folder` is where paths in the configurations of plugins start. */
interface Step {
  readonly kind: 'kustomization' | 'plugin-folder' | 'plugin-file';
  /** A folder, with a slash at its end unless it is the root, or a file. */
  readonly path: string;
  readonly folder: string;
}

/** Readers that refuse aliases, merge keys and keys that are there twice. */
export interface KustomizationPorts {
  readonly yaml: YamlCodec;
  /** For the configurations of plugins, which kustomize reads with another YAML library. */
  readonly pluginYaml: YamlCodec;
}

interface Inspection extends KustomizationPorts {
  readonly folder: Folder;
  readonly present: ReadonlySet<string>;
  readonly needed: Map<string, string | undefined>;
  readonly pending: Step[];
}

/**
 * Checks that a kustomization takes everything from its own folder and runs nothing: kustomize would download an
 * address, clone a git repository, and run the git that it finds. All files with configuration are read, down to
 * components and plugins, and are written again from what was read. Other spellings, which only kustomize would
 * understand, do not get through.
 * @throws TaskError `invalid-file` that names the file, and the field or entry
 */
export async function checkKustomization(folder: Folder, ports: KustomizationPorts): Promise<KustomizationFiles> {
  const pending: Step[] = [{ kind: 'kustomization', path: '', folder: '' }];
  const present = new Set(await folder.list());
  const inspection: Inspection = { ...ports, folder, present, needed: new Map(), pending };
  const seen = new Set<string>();
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const key = JSON.stringify(step);
    if (seen.has(key)) continue;
    seen.add(key);
    if (step.kind === 'plugin-file') await checkPluginFile(step, inspection);
    else await checkFolder(step, inspection);
  }
  return inspection.needed;
}

async function checkFolder(step: Step, inspection: Inspection): Promise<void> {
  const file = findKustomization(step.path, inspection);
  if (file === undefined) {
    throw new TaskError('invalid-file', `reading ${inspection.folder.path}: kustomization.yaml is missing`, {
      remedy: 'Create the kustomization first, or bind the folder that holds it.',
    });
  }
  const documents = inspection.yaml.parse(await readFile(file, inspection), file);
  if (documents.length !== 1) {
    throw new TaskError('invalid-file', `reading ${file}: expected one document, got ${String(documents.length)}`, {
      remedy: 'Leave one kustomization in the file, then run again.',
    });
  }
  const fields = step.kind === 'kustomization' ? kustomizationFields : pluginFolderFields;
  const place = { file, fields, folder: step.folder, at: step.path };
  inspection.needed.set(file, checkDocument(documents[0], place, inspection));
}

async function checkPluginFile({ path, folder }: Step, inspection: Inspection): Promise<void> {
  const documents = inspection.pluginYaml.parse(await readFile(path, inspection), path);
  inspection.needed.set(path, checkPlugins(documents, { file: path, folder }, inspection));
}

/** The text of configurations of plugins, all of which are checked. */
function checkPlugins(
  documents: readonly unknown[],
  place: Pick<Place, 'file' | 'folder'>,
  inspection: Inspection,
): string {
  return documents
    .filter((document) => document !== null && document !== undefined)
    .map((document) => {
      const fields = fieldsOfPlugin(document, place.file);
      return checkDocument(document, { ...place, fields, at: place.folder }, inspection);
    })
    .join('---\n');
}

/** A document in a file. */
interface Place {
  readonly file: string;
  /** Where paths in the configurations of plugins start. */
  readonly folder: string;
  readonly fields: Fields;
  /** Folder where paths in the document start. */
  readonly at: string;
}

function checkDocument(document: unknown, place: Place, inspection: Inspection): string {
  const visitPath = (entry: string, role: PathRole): string => checkEntry(entry, { ...place, role }, inspection);
  return inspection.yaml.format(checkFields(document, place.fields, { file: place.file, visitPath }));
}

type Entry = Place & { readonly role: PathRole };

/** Notes what an entry names as needed or pending, and returns the entry for kustomize. */
function checkEntry(entry: string, place: Entry, inspection: Inspection): string {
  const { role, file } = place;
  if (isRemotePath(entry)) throw refuse(file, entry);
  const documents = role === 'plugin' || role === 'patch' ? readInline(entry, inspection) : undefined;
  if (role === 'plugin' && documents !== undefined)
    return checkPlugins(documents, { file, folder: place.at }, inspection);
  if (role === 'patch') {
    // kustomize tries a patch as a path as well: with a line break in it, it is neither an address nor a file.
    if (entry.includes('\n')) return entry;
    if (documents !== undefined) return `${entry}\n`;
  }
  if (role !== 'keyed-file') return checkPath(entry, place, inspection);
  const [first = '', second, ...others] = entry.split('=');
  if (others.length > 0) throw refuse(file, entry);
  return second === undefined
    ? checkPath(first, place, inspection)
    : `${first}=${checkPath(second, place, inspection)}`;
}

/** The documents of an entry that is YAML itself; undefined for a path. */
function readInline(entry: string, { pluginYaml }: Inspection): readonly unknown[] | undefined {
  try {
    const documents = pluginYaml.parse(entry, 'entry');
    return documents.some((document) => typeof document === 'object' && document !== null) ? documents : undefined;
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

function checkPath(entry: string, { at, file, folder, role }: Entry, inspection: Inspection): string {
  const { needed, pending, present } = inspection;
  const path = resolveEntry(at, entry);
  if (path === undefined) throw refuse(file, entry);
  if (present.has(path) && role !== 'component') {
    const isPlugin = role === 'plugin' || role === 'plugin-file';
    if (isPlugin) pending.push({ kind: 'plugin-file', path, folder });
    else needed.set(path, needed.get(path));
    return toLocalEntry(entry);
  }
  const below = path === '' ? '' : `${path}/`;
  const isFolder = role !== 'file' && role !== 'keyed-file' && role !== 'patch';
  if (!isFolder || findKustomization(below, inspection) === undefined) throw refuse(file, entry);
  if (role === 'plugin' || role === 'plugin-file') pending.push({ kind: 'plugin-folder', path: below, folder });
  else pending.push({ kind: 'kustomization', path: below, folder: below });
  return toLocalEntry(entry);
}

/** @throws TaskError when there are several: kustomize refuses them, but a copy of one file would hide the others */
function findKustomization(folder: string, { present }: Inspection): string | undefined {
  const found = names.map((name) => folder + name).filter((path) => present.has(path));
  if (found.length < 2) return found[0];
  throw new TaskError('invalid-file', `reading ${found.join(' and ')}: expected one file of a kustomization`, {
    remedy: 'Leave one of them in the folder, then run again.',
  });
}

async function readFile(path: string, { folder }: Inspection): Promise<string> {
  const text = await folder.read(path);
  if (text !== undefined) return text;
  throw new TaskError('invalid-file', `reading ${path}: the file was removed while it was read`, {
    remedy: 'Let no other program change the folder, then run again.',
  });
}

function refuse(file: string, entry: string): TaskError {
  const [line = ''] = entry.split('\n', 1);
  const shown = JSON.stringify(line.length < entry.length ? `${line.slice(0, longestShown)}…` : line);
  return new TaskError('invalid-file', `reading ${file}: expected a path in this folder, got ${shown}`, {
    remedy: 'Copy the files that it names into the folder: remote bases are not downloaded.',
  });
}
