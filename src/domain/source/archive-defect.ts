/** Why an archive is refused. The message names the entry; who knows the file adds its name. */
export class ArchiveDefect extends Error {
  override readonly name = 'ArchiveDefect';
}

const longestShown = 200;

/** The name of an entry for a message: control characters and other tricks are escaped. */
function showEntry(name: string): string {
  const shown = JSON.stringify(name).replace(
    /[^\x20-\x7E]/gu,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  );
  return shown.length > longestShown ? `${shown.slice(0, longestShown)}…"` : shown;
}

/** @throws ArchiveDefect always */
export function refuseEntry(name: string, why: string): never {
  throw new ArchiveDefect(`entry ${showEntry(name)}: ${why}`);
}
