import { lstatSync } from 'node:fs';
import { posix, resolve } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import type { SourceList, SourceReader } from '../../domain/source/source-list.ts';
import { refuseLink, rootAt } from '../files/place.ts';
import { listSource, type ListOptions } from './list-source.ts';
import { openArchiveContent, packSource } from '../archives/pack-source.ts';

export interface SourceOptions extends ListOptions {
  /** Folder or archive below the folder; empty for the folder itself. */
  readonly path: string;
  /** Changes the list of a folder before it is packed. */
  readonly adapt?: (list: SourceList, folder: string) => Promise<SourceList>;
}

/** Opens a folder or an archive as a source. @throws TaskError `invalid-param`, `invalid-file`, `io-broke` */
export async function openSource(folder: string, options: SourceOptions): Promise<SourceReader> {
  const path = posix.normalize(options.path === '' ? '.' : options.path);
  if (path.startsWith('/') || path === '..' || path.startsWith('../')) {
    throw new TaskError('invalid-param', `reading path: ${JSON.stringify(options.path)} is outside the workspace`, {
      remedy: 'Give a path in the workspace with the source.',
    });
  }
  refuseLink({ root: rootAt(folder, 'refused'), path: path === '.' ? '' : path });
  const origin = resolve(folder, path);
  const found = lstatSync(origin, { throwIfNoEntry: false });
  if (found === undefined && path !== '.') {
    // The folder may be a private one, whose name is of no use to the reader.
    throw new TaskError('invalid-param', `reading path: the source has no ${JSON.stringify(options.path)}`, {
      remedy: 'Give the path of a folder or an archive in the source.',
    });
  }
  if (found?.isFile() === true) {
    return { origin, list: undefined, pack: () => openArchiveContent(folder, path) };
  }
  const listed = await listSource(origin, options);
  const list = (await options.adapt?.(listed, origin)) ?? listed;
  return { origin, list, pack: () => packSource(origin, list.entries) };
}
