import {
  lostByTools,
  parseTools,
  parseToolsWithoutShell,
  probeCommand,
  probesWithoutShell,
  type ContainerTools,
} from '../../domain/containerize/container-tools.ts';
import type { FileReader } from '../../domain/containerize/file-entry.ts';
import type { RunCommand } from '../../domain/containerize/running-command.ts';
import { createPlaces, type FilePlaces } from '../../domain/containerize/file-places.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { listFiles } from './list-files.ts';
import { readFiles } from './read-files.ts';
import type { FileAccess, ReaderContext } from './reader-context.ts';
import { runToEnd } from './run-to-end.ts';
import { tryAgain } from './try-again.ts';

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
  const { mostSparse = usualSparse, isLocal = false, isHelper = false } = access;
  const found = await tryAgain(() => probeTools(access));
  const tools = isHelper ? { ...found, confirms: true } : isLocal ? { ...found, confirms: false } : found;
  const context: ReaderContext = { ...access, mostSparse, tools, places, lost: new Set() };
  const unproven = 'the container has no sha256sum, tee, wc or /dev/fd, so the content is only checked to be complete';
  return {
    tools,
    warnings: [...lostByTools(tools), ...(found.confirms || isLocal || isHelper ? [] : [unproven])],
    list: (paths, options = {}) => tryAgain(() => listFiles({ paths, ...options }, context)),
    read: (entries, onNote = () => undefined) => readFiles(entries, onNote, context),
  };
}

async function probeTools(access: FileAccess): Promise<ContainerTools> {
  const { run, name, isLocal = false, isHelper = false } = access;
  const doing = `looking for programs in ${name}`;
  const remedy = isHelper
    ? 'Set reader-image to the image of the tasks.'
    : isLocal
      ? 'Install GNU tar and find, or leave the claims out: then files are read through the pod.'
      : 'Mount the claims into this pod instead, or add a debug container with sh, find, tar and head to the pod, then run again.';
  const missing = (why: string): TaskError => new TaskError('program-missing', `${doing}: ${why}`, { remedy });
  const output = isHelper ? undefined : await outputOf(run, probeCommand);
  if (output === undefined && !isLocal && !isHelper) throw missing('there is no shell');
  const isShell = output?.exitCode === 0 && output.stdout.includes('part mounts');
  if (output !== undefined && !isShell) throw missing('there is no usable shell');
  const tools = output === undefined ? await probeWithoutShell(run) : parseTools(output.stdout);
  if (tools.missing.length === 0) return tools;
  throw missing(`missing ${tools.missing.join(', ')}`);
}

/** The image of the tasks has no shell. */
async function probeWithoutShell(run: RunCommand): Promise<ContainerTools> {
  const ask = async (command: readonly string[]): Promise<string> => (await outputOf(run, command))?.stdout ?? '';
  const { listing, version, help } = probesWithoutShell;
  return parseToolsWithoutShell({ listing: await ask(listing), version: await ask(version), help: await ask(help) });
}

/** @returns undefined when the program is not there */
async function outputOf(run: RunCommand, command: readonly string[]) {
  try {
    return await runToEnd(run, command);
  } catch (error) {
    if (error instanceof TaskError && error.code === 'program-missing') return undefined;
    throw error;
  }
}
