import { openMountedFiles, openPodFiles } from '../../../adapters/container-files/open-files.ts';
import { runToEnd } from '../../../adapters/container-files/run-to-end.ts';
import type { ClusterStreams } from '../../../adapters/kube/cluster-streams.ts';
import type { PodContainer } from '../../../adapters/kube/exec.ts';
import { createRunCommand, type CommandContext } from '../../../adapters/processes/run-command.ts';
import { areaOf } from '../../../domain/containerize/area-of.ts';
import type { FileEntry, FileReader, ReadFile } from '../../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../../domain/containerize/plan.ts';
import type { RunCommand } from '../../../domain/containerize/running-command.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { ContainerAccess } from '../../../usecases/containerize/ports.ts';

/** Opens a container through the API server. @throws TaskError as openPodFiles */
export async function openContainer(streams: ClusterStreams, place: PodContainer): Promise<ContainerAccess> {
  const run: RunCommand = (command, input) => streams.exec(place, command, input);
  const name = `container ${place.container} of pod ${place.namespace}/${place.pod}`;
  const files = await openPodFiles({ run, name });
  return {
    files,
    warnings: files.warnings,
    output: async (command) => {
      try {
        const { exitCode, stdout } = await runToEnd(run, command);
        return exitCode === 0 ? stdout.trim() : undefined;
      } catch (error) {
        if (error instanceof TaskError && error.code === 'program-missing') return undefined;
        throw error;
      }
    },
  };
}

/** Claims that are mounted here, by the kind of the areas that they have. */
export interface MountedClaims {
  readonly library: string | undefined;
  readonly files: string | undefined;
}

/**
 * Gives each area its reader: that of a claim that is mounted here, else that of the container.
 * @throws TaskError as openMountedFiles
 */
export function readersOf({ library, files }: MountedClaims, context: CommandContext) {
  return async (areas: readonly PlannedArea[], container: FileReader): Promise<FileReader> => {
    const mounts = new Map<string, string>();
    for (const { kind, path, source } of areas) {
      const folder = kind === 'library' ? library : kind === 'workspace' ? files : undefined;
      if (folder !== undefined && source.from === 'claim')
        mounts.set(path, source.subPath === '' ? folder : `${folder}/${source.subPath}`);
    }
    if (mounts.size === 0) return container;
    const access = { run: createRunCommand(context), name: 'the mounted claims', isLocal: true };
    const mounted = await openMountedFiles(mounts, access);
    const isMounted = (path: string): boolean => mounts.has(areaOf(path, areas)?.path ?? '');
    return {
      list: (paths, options) => {
        const [path] = paths;
        return path !== undefined && isMounted(path) ? mounted.list(paths, options) : container.list(paths, options);
      },
      read: (entries, onNote) => readInRuns(entries, (entry) => (isMounted(entry.path) ? mounted : container), onNote),
    };
  };
}

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
