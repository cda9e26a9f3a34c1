import {
  lostByTools,
  parseTools,
  probeCommand,
  type ContainerTools,
} from '../../domain/containerize/container-tools.ts';
import type { FileReader } from '../../domain/containerize/file-entry.ts';
import { createPlaces, type FilePlaces } from '../../domain/containerize/file-places.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { listFiles } from './list-files.ts';
import { readFiles } from './read-files.ts';
import type { FileAccess, ReaderContext } from './reader-context.ts';
import { runToEnd } from './run-to-end.ts';

export interface ContainerFiles extends FileReader {
  readonly tools: ContainerTools;
  /** Sentences for people: what is lost or not proven, because the container lacks programs. */
  readonly warnings: readonly string[];
}

const usualSparse = 10 * 1024 ** 3;

/**
 * The files of a container, read by the programs in it: sh, find, tar and head. Nothing is copied into it.
 * @throws TaskError `program-missing` for a container without them, and what `run` throws
 */
export function openPodFiles(access: FileAccess): Promise<ContainerFiles> {
  return openFiles(access, createPlaces(new Map()));
}

/**
 * The files of claims that are mounted here.
 * @param mounts path in the container by absolute local folder of its claim. Paths in the results are those in the container
 * @throws TaskError `program-missing`
 */
export function openMountedFiles(mounts: ReadonlyMap<string, string>, access: FileAccess): Promise<ContainerFiles> {
  return openFiles(access, createPlaces(mounts));
}

async function openFiles(access: FileAccess, places: FilePlaces): Promise<ContainerFiles> {
  const { mostSparse = usualSparse, isLocal = false } = access;
  const found = await probeTools(access);
  const tools = isLocal ? { ...found, confirms: false } : found;
  const context: ReaderContext = { ...access, mostSparse, tools, places };
  const unproven = 'the container has no sha256sum, tee, wc or /dev/fd, so the content is only checked to be complete';
  return {
    tools,
    warnings: [...lostByTools(tools), ...(found.confirms ? [] : [unproven])],
    list: (paths, options = {}) => listFiles({ paths, ...options }, context),
    read: (entries, onNote = () => undefined) => readFiles(entries, onNote, context),
  };
}

async function probeTools({ run, name }: FileAccess): Promise<ContainerTools> {
  const doing = `looking for programs in ${name}`;
  const remedy =
    'Mount the claims into this pod instead, or add a debug container with sh, find, tar and head to the pod, then run again.';
  const output = await runToEnd(run, probeCommand).catch((error: unknown) => {
    if (!(error instanceof TaskError) || error.code !== 'program-missing') throw error;
    throw new TaskError('program-missing', `${doing}: there is no shell`, { remedy, cause: error });
  });
  const isShell = output.exitCode === 0 && output.stdout.includes('part mounts');
  if (!isShell) throw new TaskError('program-missing', `${doing}: there is no usable shell`, { remedy });
  const tools = parseTools(output.stdout);
  if (tools.missing.length === 0) return tools;
  throw new TaskError('program-missing', `${doing}: missing ${tools.missing.join(', ')}`, { remedy });
}
