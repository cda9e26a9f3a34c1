import { basename, dirname } from 'node:path';

import { readChartArchive } from '../../adapters/archives/chart-archive.ts';
import { createImageArchives } from '../../adapters/archives/image-archives.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { openFolder } from '../../adapters/files/local-folder.ts';
import { rootAt } from '../../adapters/files/place.ts';
import { readPlace } from '../../adapters/files/read-text.ts';
import { editValues } from '../../adapters/yaml/edit-values.ts';
import { helmYamlCodec } from '../../adapters/yaml/helm-yaml-codec.ts';
import { exportedFiles } from '../../domain/app/exported-files.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Folder } from '../../domain/core/ports.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { openRegistry, pullPatience, type RegistryToOpen } from './open-registry.ts';
import { showProgress } from './show-progress.ts';

/** The workspace that app-export wrote an application into: the folder of the release, or the one above it. */
export const exportedWorkspace = {
  flag: 'app-dir',
  defaultPath: 'app',
  description:
    'Folder that app-export wrote, or its folder of one release: values.yaml, app-chart.tar.gz and app-image.tar. It ' +
    'gets the report.',
} as const;

/** Opens the folder of a release: the workspace itself if it has values, else its folder of that name. */
export async function openExported(workspace: string, release: string | undefined): Promise<Folder> {
  const folder = openFolder(workspace);
  if (release === undefined || (await folder.read(exportedFiles.values)) !== undefined) return folder;
  // Opened within the workspace: another pod could have put a link in its place.
  return folder.folder(release);
}

/**
 * Reads a file of an exported application, which others may have written.
 * @throws TaskError `invalid-file` for a link, for anything but a regular file, and for a missing one
 */
export async function readPart(path: string): Promise<Buffer> {
  try {
    return await readPlace({ root: rootAt(dirname(path), 'refused'), path: basename(path) });
  } catch (cause) {
    if (cause instanceof TaskError) throw cause;
    throw new TaskError('invalid-file', `reading ${path}: ${messageOf(cause)}`, {
      remedy: 'Give the folder of an exported application, with values.yaml, app-chart.tar.gz and app-image.tar.',
      cause,
    });
  }
}

/**
 * What reads an exported application and pushes its images.
 * @param workspace for the temporary files of unpacked layers
 */
export function exportedPorts(workspace: string, destination: Omit<RegistryToOpen, 'access'>, context: TaskContext) {
  const { log, signal } = context;
  const registry = openRegistry({ ...destination, access: 'pull,push' }, context);
  const archive = {
    archives: createImageArchives({ temporaryFolder: workspace, signal }),
    log,
    signal,
    progress: showProgress(log),
  };
  return {
    archive,
    push: {
      ...archive,
      destination: () => registry,
      pulled: (host: string) => openRegistry({ ...destination, host, access: 'pull', patience: pullPatience }, context),
      pause: sleepUntil(signal, 'pushing images'),
    },
    chart: { yaml: helmYamlCodec, readArchive: readChartArchive },
    readBytes: readPart,
    yaml: helmYamlCodec,
    editValues,
  };
}
