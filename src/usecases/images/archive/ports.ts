import type { Log, Sleep } from '../../../domain/core/ports.ts';
import type { ArchiveFiles } from '../../../domain/oci/image-archive/archive-files.ts';
import type { Registry } from '../../../domain/oci/registry.ts';

/** What reading an archive needs. */
export interface ArchivePorts {
  readonly archives: ArchiveFiles;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with the bytes done so far, which never get fewer, and those of the whole work. */
  readonly progress: (done: number, total: number) => void;
}

export interface WriteArchivePorts extends ArchivePorts {
  readonly source: (host: string) => Registry;
}

export interface PushArchivePorts extends Omit<ArchivePorts, 'archives'> {
  readonly destination: (host: string) => Registry;
  readonly pause: Sleep;
}
