import { makeFolder } from './beneath.ts';
import { parentOf, pathOf, type Place } from './place.ts';
import { removeUnfinished, replaceFile, writeError } from './write-file.ts';

/** Characters that are gathered before they are written. */
const portion = 256 * 1024;

/**
 * Writes a file whole or not at all, as writeFileAtomic does, from pieces of text: a long file is never in memory as
 * a whole.
 * @returns `sha256:<hex>` of the file
 * @throws TaskError `disk-full` or `io-broke`, naming the path and the bytes written so far; `invalid-file` for a link
 */
export async function writePartsAtomic(place: Place, parts: Iterable<string>): Promise<string> {
  // Takes longer to load than a usage error to print.
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  let size = 0;
  try {
    await makeFolder(parentOf(place).folder);
    await removeUnfinished(parentOf(place).folder);
    await replaceFile(place, async (file) => {
      for (const text of inPortions(parts)) {
        const bytes = Buffer.from(text);
        hash.update(bytes);
        size += bytes.length;
        await file.writeFile(bytes);
      }
    });
    return `sha256:${hash.digest('hex')}`;
  } catch (error) {
    throw writeError(pathOf(place), size, error);
  }
}

function* inPortions(parts: Iterable<string>): Generator<string, void, undefined> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < portion) continue;
    yield text;
    text = '';
  }
  yield text;
}
