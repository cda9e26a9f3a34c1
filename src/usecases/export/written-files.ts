import type { MakeList } from '../../domain/core/ports.ts';
import { makeSortedList, mergeSorted } from '../../domain/core/sorted-list.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import { formatExportedFile } from '../../domain/export/export-index.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';

/** Files of the index, of which there may be a hundred thousand. */
export interface WrittenFiles {
  readonly size: number;
  readonly paths: Iterable<string>;
  /** Lines of the index, sorted. */
  readonly lines: Iterable<string>;
}

export const noFiles: WrittenFiles = { size: 0, paths: [], lines: [] };

/** What one kind has written: of a path that was written twice, the last file. */
export interface FileRecords {
  readonly add: (file: ExportedFile) => void;
  readonly has: (path: string) => boolean;
  readonly files: WrittenFiles;
}

interface FileRecord {
  readonly path: string;
  readonly line: string;
  /** How many files were written before. */
  readonly place: number;
}

/** Records without any file. */
export function makeFileRecords(makeList: MakeList): FileRecords {
  const numbers = makeTextTable();
  /** The place of the file that counts, by the number of its path. */
  const places: number[] = [];
  const records = makeSortedList<FileRecord>(makeList, ({ line }) => line);
  let length = 0;
  const counting = (): IteratorObject<FileRecord> =>
    Iterator.from(records).filter(({ path, place }) => places[numbers.find(path)] === place);
  return {
    add: (file) => {
      places[numbers.add(file.path)] = length;
      records.push({ path: file.path, line: formatExportedFile(file), place: length });
      length += 1;
    },
    has: (path) => numbers.find(path) !== -1,
    files: {
      get size() {
        return places.length;
      },
      get paths() {
        return counting().map(({ path }) => path);
      },
      get lines() {
        return counting().map(({ line }) => line);
      },
    },
  };
}

/** The lines of the index of all that was written. */
export function linesOf(written: readonly WrittenFiles[]): Iterable<string> {
  return mergeSorted(
    written.map(({ lines }) => lines),
    (line) => line,
  );
}
