import type { ListOptions, ReadNote } from '../../domain/containerize/file-entry.ts';
import { createListingCollector, type Listing } from '../../domain/containerize/collect-listing.ts';
import { lostByTools } from '../../domain/containerize/container-tools.ts';
import { parseFindErrors } from '../../domain/containerize/find-errors.ts';
import {
  createListingParser,
  printfListing,
  type ListedFile,
  type ListRequest,
} from '../../domain/containerize/list-command.ts';
import { isBelow } from '../../domain/containerize/paths.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { listByStat } from './list-by-stat.ts';
import type { ReaderContext } from './reader-context.ts';
import { followCommand } from './run-to-end.ts';

interface FilesToList extends ListOptions {
  readonly paths: readonly string[];
}

/** One path with its local form. */
interface Root {
  readonly path: string;
  readonly local: string;
}

/** Characters of paths of one find: they are part of the address of an exec. */
const mostPaths = 50_000;

/** Lists folders. Claims that are mounted here have a find each, so that their paths can be mapped back. */
export async function listFiles(files: FilesToList, context: ReaderContext): Promise<Listing> {
  const { paths, changedSince } = files;
  const { tools, places, mostSparse } = context;
  const here = paths.flatMap((path) => places.mountsBelow(path));
  const mounts = here.length > 0 ? [...(tools.mounts ?? []), ...here] : tools.mounts;
  const collector = createListingCollector({ paths, mounts, mostSparse });
  const lost = lostByTools(tools).join('; ');
  if (lost !== '') for (const path of paths) collector.note({ path, reason: 'attributes-lost', detail: lost });
  const roots = rootsOf(files, mounts).map((path) => ({ path, local: localOf(path, context) }));
  for (const group of places.isContainer ? groupRoots(roots) : roots.map((root) => [root])) {
    const toContainer = (local: string): string => places.toContainer(local, group[0]?.path ?? '/');
    const onFile = (file: ListedFile): void => {
      if (changedSince !== undefined && Number(file.entry.changed) < Math.floor(changedSince)) return;
      collector.add({ ...file, entry: { ...file.entry, path: toContainer(file.entry.path) } });
    };
    for (const note of await listRoots(group, files, { context, onFile })) {
      collector.note({ ...note, path: toContainer(note.path) });
    }
  }
  return collector.finish();
}

/** A path below another one on the same file system is listed with it. */
function rootsOf({ paths, without, isShallow }: FilesToList, mounts: readonly string[] | undefined): readonly string[] {
  return paths.filter((path) => {
    const isMount = mounts?.includes(path) ?? true;
    const isPruned = without?.some((other) => other === path || isBelow(path, other)) ?? false;
    if (isMount || isPruned || isShallow === true) return true;
    return !paths.some((other) => isBelow(path, other) && !isMountBetween(other, path, mounts ?? []));
  });
}

function isMountBetween(folder: string, path: string, mounts: readonly string[]): boolean {
  return mounts.some((mount) => isBelow(mount, folder) && isBelow(path, mount));
}

function groupRoots(roots: readonly Root[]): readonly (readonly Root[])[] {
  const groups: Root[][] = [];
  let length = Infinity;
  for (const root of roots) {
    length += root.local.length;
    if (length > mostPaths) {
      groups.push([]);
      length = root.local.length;
    }
    groups.at(-1)?.push(root);
  }
  return groups;
}

interface Following {
  readonly context: ReaderContext;
  readonly onFile: (file: ListedFile) => void;
}

async function listRoots(
  roots: readonly Root[],
  files: FilesToList,
  { context, onFile }: Following,
): Promise<readonly ReadNote[]> {
  const { tools, run } = context;
  const without = (files.without ?? []).flatMap((path) => {
    const root = roots.find((each) => isBelow(path, each.path));
    return root === undefined ? [] : [joinBelow(root, path)];
  });
  const { isShallow = false, changedSince } = files;
  const request: ListRequest = { paths: roots.map(({ local }) => local), without, isShallow, changedSince };
  const end =
    tools.listing === 'printf'
      ? await followCommand(run(printfListing(request)), createListingParser(onFile))
      : await listByStat(request, { run, onFile });
  const notes = parseFindErrors(end.stderr);
  const gone = isShallow ? undefined : roots.find((root) => notes.some(isNoteOf(root)));
  if (gone !== undefined) throw notThere(gone.path, context);
  if (end.exitCode !== 0 && notes.length === 0) throw broke(roots[0]?.path ?? '', end.stderr, context);
  return notes;
}

function joinBelow({ path: folder, local }: Root, path: string): string {
  return folder === local ? path : local + path.slice(folder.length);
}

function isNoteOf({ local }: Root): (note: ReadNote) => boolean {
  return ({ path, reason }) => path === local && reason === 'vanished';
}

function localOf(path: string, { places, name }: ReaderContext): string {
  const local = places.toLocal(path);
  if (local !== undefined) return local;
  throw new TaskError('invalid-param', `listing ${path} of ${name}: no claim that is mounted here has it`, {
    remedy: 'Mount its claim, or read it through the API.',
  });
}

function notThere(path: string, { name }: ReaderContext): TaskError {
  return new TaskError('invalid-param', `listing ${path} of ${name}: there is no such file or folder`, {
    remedy: 'Correct the path, then run again.',
  });
}

function broke(path: string, stderr: string, { name }: ReaderContext): TaskError {
  const why = stderr.trim().split('\n').slice(-1)[0] ?? '';
  return new TaskError('program-broke', `listing ${path} of ${name}: find failed: ${why.slice(0, 300)}`, {
    remedy: 'Check the volumes of the pod, then run again.',
  });
}
