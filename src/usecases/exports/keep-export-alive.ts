import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { StoredExport } from '../../domain/exports/export-record.ts';
import { beatEvery, silenceOfDeadRun } from '../../domain/exports/export-state.ts';
import { beat } from './export-run.ts';
import type { ExportChange, ExportStore } from './export-store.ts';

export interface ExportKeeperPorts {
  readonly log: Log;
  /** Calls a function again and again; returns how to stop it. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

/** Writes signs of life in the background. */
export interface ExportKeeper {
  /** Aborted when another run has the export, or when others must take this run for dead. */
  readonly lost: AbortSignal;
  /** Writes a change, after the write that is on its way. @throws as `beat` */
  note(change: ExportChange): Promise<StoredExport>;
  /** Ends the signs of life. @returns the record as it was written last, for `finishExport` or `failExport` */
  stop(): Promise<StoredExport>;
}

/** Keeps the record of an export fresh until `stop`: a record without a sign of life counts as interrupted. */
export function keepExportAlive(store: ExportStore, stored: StoredExport, ports: ExportKeeperPorts): ExportKeeper {
  const lost = new AbortController();
  let [current, writtenAt] = [stored, store.now()];
  let queue: Promise<unknown> = Promise.resolve();
  function note(change: ExportChange): Promise<StoredExport> {
    const write = queue.then(async () => {
      current = await beat(store, current, change);
      writtenAt = store.now();
      return current;
    });
    queue = write.catch(() => undefined);
    return write;
  }
  async function beatOnce(): Promise<void> {
    try {
      await note({});
    } catch (error) {
      ports.log.warn(messageOf(error));
      if (error instanceof TaskError && error.code === 'interrupted') lost.abort(error);
    }
    if (store.now() - writtenAt > silenceOfDeadRun) lost.abort();
  }
  const stop = ports.every(beatEvery, () => void beatOnce());
  return {
    lost: lost.signal,
    note,
    async stop() {
      stop();
      await queue;
      return current;
    },
  };
}
