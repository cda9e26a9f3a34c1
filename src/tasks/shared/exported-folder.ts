import { join } from 'node:path';

import { openFolder } from '../../adapters/files/local-folder.ts';
import { exportedFiles } from '../../domain/app/exported-files.ts';
import type { Folder } from '../../domain/core/ports.ts';

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
  return openFolder(join(workspace, release));
}
