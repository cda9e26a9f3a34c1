import type { ExportIndex } from '../../domain/schemas/documents.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { indexPath, parseExportIndex } from '../../domain/export/export-index.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import { isResource, type ResourceFile } from '../../domain/kube/resource.ts';
import { noteSecretValues } from '../../domain/export/sealed-secret.ts';
import type { Log, Folder, MakeList, YamlCodec, Sha256 } from '../../domain/core/ports.ts';
import { readIndex, type TakeIndex } from '../read-index.ts';

/** One file of an export folder: a resource, a file that the export did not write, or one that cannot be read. */
export type ExportEntry =
  | ({ readonly kind: 'resource' } & ResourceFile)
  | { readonly kind: 'stray' | 'broken'; readonly path: string; readonly message: string };

/** The index of an export without its files. */
export type IndexHead = Pick<ExportIndex, 'cluster' | 'namespace'>;

export interface ExportContents {
  /** Undefined for an export that keeps none, as crane's own. */
  readonly index: IndexHead | undefined;
  /** How many entries will come. */
  readonly total: number;
  /** Can be read again. */
  readonly entries: AsyncIterable<ExportEntry>;
}

export interface ReadExportPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly log: Log;
  /** For the paths and digests of all files. */
  readonly makeList: MakeList;
}

interface ExportSource {
  readonly folder: Folder;
  /** `sha256:<hex>` of the index as crane-export reported it; undefined: not checked. */
  readonly indexDigest: string | undefined;
  /** Whether all entries are read twice: texts are then kept for the second time, as far as memory allows. */
  readonly isReadTwice?: boolean;
}

interface Work extends ReadExportPorts {
  readonly folder: Folder;
  /** Texts that were read once and are as the index says. */
  readonly kept: KeptTexts | undefined;
}

/** Characters: some 7,500 resources. The files of a larger export are read twice. */
const mostKept = 8 * 1024 * 1024;

interface KeptTexts {
  readonly byPath: Map<string, string>;
  size: number;
}

interface KnownFile {
  readonly path: string;
  /** Empty when there is no index. */
  readonly digest: string;
}

const remedy = 'Export again, and let nothing but the tasks write into the folder of the export.';

/**
 * Opens an export folder. With an `index.json` its files are those of the index, each verified against its digest as
 * it is read; other files are strays. Without one (crane's own export) every YAML file outside `failures/` counts.
 * @throws TaskError `invalid-file` when there is no export, or it is not what its index says
 */
export async function openExport(
  { folder, indexDigest, isReadTwice = false }: ExportSource,
  ports: ReadExportPorts,
): Promise<ExportContents> {
  const { index, files, total, strays } =
    (await readKnown({ folder, indexDigest }, ports)) ?? (await filesWithoutIndex(folder));
  const work = { ...ports, folder, kept: isReadTwice ? { byPath: new Map<string, string>(), size: 0 } : undefined };
  const entries = { [Symbol.asyncIterator]: () => readEntries(files, strays, work) };
  return { index, total: total + strays.length, entries };
}

interface KnownFiles {
  readonly index: IndexHead | undefined;
  readonly files: Iterable<KnownFile>;
  /** How many these are. */
  readonly total: number;
  /** Files that are not among them. */
  readonly strays: readonly string[];
}

/** What the index names; undefined without one. */
async function readKnown(
  { folder, indexDigest }: ExportSource,
  { sha256, makeList }: ReadExportPorts,
): Promise<KnownFiles | undefined> {
  const check = (digest: string): void => {
    if (indexDigest === undefined || digest === indexDigest) return;
    throw invalidExport(folder, `the digest of ${indexPath} is not ${indexDigest}`);
  };
  const take: TakeIndex<KnownFiles> = async (documents) => {
    const files = makeList<KnownFile>();
    const names = makeTextTable();
    let total = 0;
    let index: IndexHead | undefined;
    for await (const text of documents) {
      const { cluster, namespace, files: part } = parseExportIndex(text);
      index = { cluster, namespace };
      total += part.length;
      for (const { path, digest } of part) {
        files.push({ path, digest });
        names.add(path);
      }
    }
    return { index, files, total, strays: await contentOf(folder, (path) => names.find(path) === -1) };
  };
  const known = await readIndex({ folder, path: indexPath }, { check, take }, sha256);
  if (known === undefined && indexDigest !== undefined) throw invalidExport(folder, `${indexPath} is missing`);
  return known;
}

/** All YAML files, as crane reads its own exports. */
async function filesWithoutIndex(folder: Folder): Promise<KnownFiles> {
  const found = await contentOf(folder, () => true);
  const isManifest = (path: string): boolean => /\.(ya?ml|json)$/.test(path);
  const files = found.filter(isManifest).map((path) => ({ path, digest: '' }));
  if (files.length === 0) throw invalidExport(folder, 'there are no exported resources');
  return { index: undefined, files, total: files.length, strays: found.filter((path) => !isManifest(path)) };
}

/** The report's item for an entry that holds no resource. */
export function itemOfUnread(entry: Exclude<ExportEntry, { kind: 'resource' }>): Item<'manifests'> {
  const { kind, path, message } = entry;
  if (kind === 'stray') return { id: path, outcome: 'skipped', reason: 'stray-file', message };
  return { id: path, outcome: 'failed', reason: 'invalid-file', message };
}

async function* readEntries(
  files: Iterable<KnownFile>,
  strays: readonly string[],
  work: Work,
): AsyncGenerator<ExportEntry> {
  for (const file of files) yield await readEntry(file, work);
  for (const path of strays) yield { kind: 'stray', path, message: 'not written by the export: skipped' };
}

async function readEntry(file: KnownFile, work: Work): Promise<ExportEntry> {
  const { path } = file;
  const { yaml, log, kept } = work;
  const known = kept?.byPath.get(path);
  const text = known ?? (await readVerified(file, work));
  if (known !== undefined) kept?.byPath.delete(path);
  else if (kept !== undefined) keep(kept, path, text);
  try {
    const documents = yaml.parse(text, path);
    const [resource] = documents;
    if (documents.length === 1 && isResource(resource)) {
      if (known === undefined) noteSecretValues(resource, log.redactor);
      return { kind: 'resource', path, resource };
    }
    return { kind: 'broken', path, message: `reading ${path}: expected one Kubernetes object` };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { kind: 'broken', path, message: messageOf(error) };
  }
}

async function readVerified({ path, digest }: KnownFile, { folder, sha256 }: Work): Promise<string> {
  const text = await folder.read(path);
  if (text === undefined) throw invalidExport(folder, `${path} is missing`);
  if (digest !== '' && sha256(text) !== digest) throw invalidExport(folder, `${path} was changed since the export`);
  return text;
}

function keep(kept: KeptTexts, path: string, text: string): void {
  kept.size += text.length;
  if (kept.size <= mostKept) kept.byPath.set(path, text);
}

/** Files of an export that are wanted, sorted. */
async function contentOf(folder: Folder, isWanted: (path: string) => boolean): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const path of folder.walk()) if (isContent(path) && isWanted(path)) files.push(path);
  return files.sort();
}

// Only at the top: a namespace may be called `failures`.
function isContent(path: string): boolean {
  return path !== indexPath && !path.startsWith('failures/') && !path.startsWith('reports/');
}

function invalidExport(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the export in ${folder.path}: ${why}`, { remedy });
}
