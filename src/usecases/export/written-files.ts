import type { MakeList } from '../../domain/core/ports.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';

/** Files of the index, of which there may be a hundred thousand. */
export interface WrittenFiles extends Iterable<ExportedFile> {
  readonly size: number;
}

export const noFiles: WrittenFiles = { size: 0, [Symbol.iterator]: () => [][Symbol.iterator]() };

/** What one kind has written: of a path that was written twice, the last file. */
export interface FileRecords {
  readonly add: (file: ExportedFile) => void;
  readonly has: (path: string) => boolean;
  readonly files: WrittenFiles;
}

/** Records without any file. */
export function makeFileRecords(makeList: MakeList): FileRecords {
  const paths = makeTextTable();
  /** The place in the list of the file that counts, by the number of its path. */
  const places: number[] = [];
  const written = makeList<ExportedFile>();
  let length = 0;
  return {
    add: (file) => {
      places[paths.add(file.path)] = length;
      written.push(file);
      length += 1;
    },
    has: (path) => paths.find(path) !== -1,
    files: {
      get size() {
        return places.length;
      },
      *[Symbol.iterator]() {
        let place = 0;
        for (const file of written) {
          if (places[paths.find(file.path)] === place) yield file;
          place += 1;
        }
      },
    },
  };
}
