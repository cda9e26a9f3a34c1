import { resolve } from 'node:path';

import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { assertConfirmed } from '../../../domain/exports/public-check.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { loadExport, openExportArchive } from '../../../usecases/exports/archive-export.ts';
import { checkPublic } from '../../../usecases/exports/check-public.ts';
import { parseIfExists } from '../../../usecases/images/copy/check-destination.ts';
import { exportArchivePorts, openExportRegistries } from '../../shared/exports.ts';
import type { exportsLoadParams } from './params.ts';

interface LoadInput {
  readonly params: ValuesOf<typeof exportsLoadParams>;
  readonly workspaces: { readonly 'registry-auth': string | undefined; readonly 'ca-bundle': string | undefined };
}

/** Loads an archive with the adapters of a run. */
export async function runLoad(input: LoadInput, context: TaskContext) {
  const { params } = input;
  const registries = await openExportRegistries(input, context);
  const ports = exportArchivePorts(context);
  const request = { file: resolve(params.file), destination: params['destination-image'] };
  const opened = await openExportArchive(request, ports);
  try {
    const { host, path } = opened.destination;
    const check = await checkPublic(path, { anonymous: registries.anonymous(host), own: registries.push(host) });
    const confirmation = '--confirm-public=true';
    assertConfirmed(check, { image: `${host}/${path}`, isConfirmed: params['confirm-public'], confirmation });
    const pause = sleepUntil(context.signal, 'pushing the image');
    const push = { ...ports, destination: registries.push, pause };
    return await loadExport(opened, parseIfExists(params['if-exists']), push);
  } finally {
    await opened.content.close();
  }
}
