import type { Folder } from '../../src/domain/core/ports.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';

/** The members of a folder in memory for long files, from those for short ones. */
export function longFiles({
  read,
  write,
}: Pick<Folder, 'read' | 'write'>): Pick<Folder, 'readLines' | 'writeParts'> {
  return {
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
