import { countOf } from '../../domain/core/count-of.ts';
import type { Log } from '../../domain/core/ports.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { formatSize } from '../../domain/core/format-bytes.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';

export interface UnpackSourceInput {
  readonly archive: string;
  readonly target: string;
  readonly keepArchive: boolean;
}

export interface UnpackSourcePorts {
  /** Unpacks completely or not at all. Throws TaskError. */
  readonly unpack: () => Promise<{
    readonly type: string;
    readonly files: number;
    readonly folders: number;
    readonly links: number;
    readonly bytes: number;
    readonly skipped: number;
    readonly top: string | undefined;
  }>;
  readonly remove: () => Promise<void>;
  readonly log: Log;
}

/** Unpacks the archive of a source, and removes it. @throws TaskError `invalid-file` … */
export async function unpackSource(
  { archive, target, keepArchive }: UnpackSourceInput,
  { unpack, remove, log }: UnpackSourcePorts,
): Promise<Outcome<'type' | 'file-count' | 'bytes', 'source'>> {
  if (archive === target || archive.startsWith(`${target}/`) || target.startsWith(`${archive}/`)) {
    throw new TaskError('invalid-param', 'reading archive: it is in the folder that is replaced', {
      remedy: 'Give archive and app-folder different places.',
    });
  }
  const { type, files, folders, links, bytes, skipped, top } = await unpack();
  if (top !== undefined) log.info('the archive has a single folder at the top, which is left out');
  if (skipped > 0) log.info(`${String(skipped)} entries of Finder or git are left out`);
  if (!keepArchive) await remove();
  const evidence = { type, files, folders, links, bytes, skipped };
  return {
    items: [{ id: archive, outcome: 'done', reason: 'unpacked', evidence }],
    results: { type, 'file-count': String(files), bytes: String(bytes) },
    summary: `${type} ${archive} unpacked into ${target}: ${countOf(files, 'file')}, ${formatSize(bytes)}`,
  };
}
