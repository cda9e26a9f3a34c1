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
import { isBelow } from '../../domain/containerize/path-order.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { listByStat } from './list-by-stat.ts';
import type { ReaderContext } from './open-files.ts';
import { followCommand } from './run-to-end.ts';

interface FilesToList extends ListOptions {
  readonly paths: readonly string[];
}

/** One path with its local form. */
interface Root {
  readonly path: string;
  readonly local: string;
}

/** Lists folders: each by a find of its own, so that its paths can be told apart from those of others. */
export async function listFiles(files: FilesToList, context: ReaderContext): Promise<Listing> {
  const { paths, changedSince } = files;
  const { tools, places, mostSparse } = context;
  const roots = paths.map((path) => ({ path, local: localOf(path, context) }));
  const here = paths.flatMap((path) => places.mountsBelow(path));
  const mounts = here.length > 0 ? [...(tools.mounts ?? []), ...here] : tools.mounts;
  const collector = createListingCollector({ paths, mounts, mostSparse });
  const lost = lostByTools(tools).join('; ');
  if (lost !== '') for (const path of paths) collector.note({ path, reason: 'attributes-lost', detail: lost });
  for (const root of roots.filter(isNotCovered)) {
    const toContainer = (local: string): string => places.toContainer(local, root.path);
    const errors = await listRoot(
      root,
      { ...files, isShallow: files.isShallow ?? false },
      {
        context,
        onFile: (file) => {
          const path = toContainer(file.entry.path);
          if (changedSince !== undefined && Number(file.entry.changed) < Math.floor(changedSince)) return;
          collector.add({ ...file, entry: { ...file.entry, path } });
        },
      },
    );
    for (const note of errors) collector.note({ ...note, path: toContainer(note.path) });
  }
  return collector.finish();

  /** A path below another one on the same file system is listed with it. */
  function isNotCovered({ path }: Root): boolean {
    const isMount = mounts?.includes(path) ?? true;
    const isPruned = files.without?.some((other) => other === path || isBelow(path, other)) ?? false;
    if (isMount || isPruned || files.isShallow === true) return true;
    return !paths.some((other) => isBelow(path, other) && !isHidden(path, other));
  }

  /** Whether a mount point is between two paths. */
  function isHidden(path: string, folder: string): boolean {
    return mounts?.some((mount) => isBelow(mount, folder) && (mount === path || isBelow(path, mount))) ?? true;
  }
}

interface Following {
  readonly context: ReaderContext;
  readonly onFile: (file: ListedFile) => void;
}

async function listRoot(
  root: Root,
  files: FilesToList & { readonly isShallow: boolean },
  { context, onFile }: Following,
): Promise<readonly ReadNote[]> {
  const { places, tools, run } = context;
  const without = (files.without ?? []).filter((path) => isBelow(path, root.path));
  const request: ListRequest = {
    paths: [root.local],
    without: without.map((path) => root.local + path.slice(places.toContainer(root.local, root.path).length)),
    isShallow: files.isShallow,
    changedSince: files.changedSince,
  };
  const end =
    tools.listing === 'printf'
      ? await followCommand(run(printfListing(request)), createListingParser(onFile))
      : await listByStat(request, { run, onFile });
  const notes = parseFindErrors(end.stderr);
  if (notes.some(({ path, reason }) => path === root.local && reason === 'vanished'))
    throw notThere(root.path, context);
  if (end.exitCode !== 0 && notes.length === 0) throw broke(root.path, end.stderr, context);
  return notes;
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
