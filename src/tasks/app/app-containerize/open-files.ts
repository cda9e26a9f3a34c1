import { openMountedFiles, openPodFiles } from '../../../adapters/container-files/open-files.ts';
import { runToEnd } from '../../../adapters/container-files/run-to-end.ts';
import { tryAgain } from '../../../adapters/container-files/try-again.ts';
import type { ClusterStreams } from '../../../adapters/kube/cluster-streams.ts';
import { createRunCommand, type CommandContext } from '../../../adapters/processes/run-command.ts';
import { areaOf } from '../../../domain/containerize/area-of.ts';
import type { FileEntry, FileReader, ReadFile } from '../../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../../domain/containerize/plan.ts';
import { holdCommand } from '../../../domain/containerize/reader-pod.ts';
import type { RunCommand } from '../../../domain/containerize/running-command.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { ContainerAccess, HelperFiles, PodPlace } from '../../../usecases/containerize/ports.ts';

/**
 * Opens a container through the API server. One that lacks the programs to read files has none.
 * @throws TaskError as openPodFiles, except `program-missing`
 */
export async function openContainer(streams: ClusterStreams, place: PodPlace): Promise<ContainerAccess> {
  const run = runIn(streams, place);
  const output = async (command: readonly string[]): Promise<string | undefined> => {
    const end = await tryAgain(() => runToEnd(run, command)).catch(ifMissing);
    return end?.exitCode === 0 ? end.stdout.trim() : undefined;
  };
  try {
    const files = await openPodFiles({ run, name: nameOf(place) });
    return { files, missing: '', warnings: files.warnings, output };
  } catch (error) {
    ifMissing(error);
    return { files: undefined, missing: messageOf(error), warnings: [], output };
  }
}

/** @throws what is not a program that is missing */
function ifMissing(error: unknown): undefined {
  if (error instanceof TaskError && error.code === 'program-missing') return undefined;
  throw error;
}

function runIn(streams: ClusterStreams, place: PodPlace): RunCommand {
  return (command, input) => streams.exec(place, command, input);
}

function nameOf({ namespace, pod, container }: PodPlace): string {
  return `container ${container} of pod ${namespace}/${pod}`;
}

/** Opens a container of the image of the tasks. @param folders its folders by the path in the application */
export function openHelper(
  streams: ClusterStreams,
  place: PodPlace,
  folders: ReadonlyMap<string, string>,
): Promise<FileReader> {
  return openMountedFiles(folders, { run: runIn(streams, place), name: nameOf(place), isHelper: true });
}

/** Ends a container of the image of the tasks that waits. */
export async function endHelper(streams: ClusterStreams, place: PodPlace): Promise<void> {
  await runToEnd(runIn(streams, place), ['crane-tasks', holdCommand, '--end=true']);
}

/** Claims that are mounted here, by the kind of the areas that they have. */
export interface MountedClaims {
  readonly library: string | undefined;
  readonly files: string | undefined;
}

/** Whether the claim of an area is mounted here. */
export function isMountedHere(claims: MountedClaims): (area: PlannedArea) => boolean {
  return (area) => mountOf(area, claims) !== undefined;
}

function mountOf({ kind, source }: PlannedArea, { library, files }: MountedClaims): string | undefined {
  const folder = kind === 'library' ? library : kind === 'workspace' ? files : undefined;
  if (folder === undefined || source.from !== 'claim') return undefined;
  return source.subPath === '' ? folder : `${folder}/${source.subPath}`;
}

/**
 * Gives each area its reader: that of a helper, of a claim that is mounted here, else that of the container.
 * @throws TaskError as openMountedFiles
 */
export function readersOf(claims: MountedClaims, context: CommandContext) {
  return async (
    areas: readonly PlannedArea[],
    container: FileReader | undefined,
    helper?: HelperFiles,
  ): Promise<FileReader> => {
    const mounts = new Map<string, string>();
    for (const area of areas) {
      const folder = mountOf(area, claims);
      if (folder !== undefined && helper?.paths.has(area.path) !== true) mounts.set(area.path, folder);
    }
    const access = { run: createRunCommand(context), name: 'the mounted claims', isLocal: true };
    const mounted = mounts.size === 0 ? undefined : await openMountedFiles(mounts, access);
    const readerOf = (path: string): FileReader => {
      const area = areaOf(path, areas)?.path ?? '';
      const reader = helper?.paths.has(area) === true ? helper.files : mounts.has(area) ? mounted : container;
      return reader ?? noFiles;
    };
    return {
      list: (paths, options) => readerOf(paths[0] ?? '').list(paths, options),
      read: (entries, onNote) => readInRuns(entries, ({ path }) => readerOf(path), onNote),
    };
  };
}

/** Of a container whose own files cannot be read. What an image gets without them is described and not read. */
const noFiles: FileReader = {
  list: () => Promise.resolve({ entries: [], notes: [] }),
  async *read() {
    // Nothing.
  },
};

/** Reads entries in their order, each run of one reader at once. */
async function* readInRuns(
  entries: readonly FileEntry[],
  readerOf: (entry: FileEntry) => FileReader,
  onNote: Parameters<FileReader['read']>[1],
): AsyncGenerator<ReadFile, void, undefined> {
  for (let from = 0; from < entries.length; ) {
    const [first] = entries.slice(from, from + 1);
    if (first === undefined) return;
    const reader = readerOf(first);
    let to = from + 1;
    for (let next = entries[to]; next !== undefined && readerOf(next) === reader; next = entries[to]) to += 1;
    yield* reader.read(entries.slice(from, to), onNote);
    from = to;
  }
}
