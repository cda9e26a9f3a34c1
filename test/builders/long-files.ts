import type { Folder } from '../../src/domain/core/ports.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';

export type ShortFiles = Pick<Folder, 'read' | 'write' | 'list'>;

/** The members of a folder in memory for long files, from those for short ones. */
export function longFiles({ read, write, list }: ShortFiles): Pick<Folder, 'readLines' | 'writeParts' | 'walk'> {
  return {
    async *walk() {
      yield* await list();
    },
    readLines: async (path) => {
      const text = await read(path);
      if (text === undefined) return undefined;
      return { lines: ReadableStream.from(text.split('\n')), digest: () => sha256Of(text) };
    },
    writeParts: async (path, parts) => {
      const text = [...parts].join('');
      await write(path, text);
      return sha256Of(text);
    },
  };
}
