import type { ContainerTools } from '../../domain/containerize/container-tools.ts';
import type { FilePlaces } from '../../domain/containerize/file-places.ts';
import type { RunCommand } from '../../domain/containerize/running-command.ts';

export interface FileAccess {
  /** Runs commands in the container, or here. */
  readonly run: RunCommand;
  /** For messages, such as `container web of pod shop/web-1`. */
  readonly name: string;
  /** Bytes from which on a file with holes is left out. */
  readonly mostSparse?: number;
  /** For commands that run here: no digest is computed, because pipes of one computer lose nothing without an error. */
  readonly isLocal?: boolean;
  /** Commands run in a container of the image of the tasks, which has no shell and a program that confirms what it sends. */
  readonly isHelper?: boolean;
}

/** What the parts of a reader share. */
export interface ReaderContext extends FileAccess {
  readonly tools: ContainerTools;
  readonly places: FilePlaces;
  readonly mostSparse: number;
  /** First files of streams that did not arrive whole. */
  readonly lost: Set<string>;
}
