import type { FileEntry, FileKind } from './file-entry.ts';

/** The arguments of stat that `parseStats` reads: those that both coreutils and busybox have. */
const statFormat = '%f %u %g %s %b %Y %Z %d %i %h %n';

/** $1: bytes of the names on the standard input. Each name is an argument, so that a newline in it does no harm. */
export const statScript = `head -c "$1" | xargs -0 stat -c '${statFormat}'`;

/** The same for the targets of links, each followed by NUL. */
export const linkScript = `head -c "$1" | xargs -0 sh -c '
for each; do readlink -n "$each"; printf "\\\\000"; done' sh`;

// inode(7), "The file type and mode".
const typeMask = 0o170_000;
const types: Readonly<Record<number, FileKind>> = {
  [0o100_000]: 'file',
  [0o040_000]: 'directory',
  [0o120_000]: 'symlink',
  [0o010_000]: 'fifo',
  [0o140_000]: 'socket',
  [0o020_000]: 'character-device',
  [0o060_000]: 'block-device',
};
const blockBytes = 512;
const newline = 0x0a;
/** Ten numbers of 64 bits. */
const longestFields = 220;

/** A name as bytes and as text. */
export interface NameBytes {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Reads the output of `statScript` for names in their order. A name that is not there is one that stat did not find. A
 * newline in a name does no harm, because the name is known.
 */
export function parseStats(output: Uint8Array, names: readonly NameBytes[]): readonly (FileEntry | undefined)[] {
  let start = 0;
  return names.map(({ bytes, text }) => {
    const line = new TextDecoder().decode(output.subarray(start, start + longestFields));
    const [all, fields = ''] = /^([0-9a-f]+(?: \d+){9}) /.exec(line) ?? [];
    if (all === undefined || !isAt(output, bytes, start + all.length)) return undefined;
    start += all.length + bytes.length + 1;
    return toEntry(text, fields);
  });
}

function isAt(output: Uint8Array, name: Uint8Array, at: number): boolean {
  return output[at + name.length] === newline && name.every((byte, index) => output[at + index] === byte);
}

function toEntry(path: string, text: string): FileEntry | undefined {
  const [mode = '', ...others] = text.split(' ');
  const [uid, gid, size, blocks, modified = '', changed = '', device = '', inode = '', links] = others;
  const raw = Number.parseInt(mode, 16);
  const kind = types[raw & typeMask];
  if (kind === undefined) return undefined;
  return {
    path,
    kind,
    mode: raw & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    size: kind === 'file' ? Number(size) : 0,
    allocated: Number(blocks) * blockBytes,
    modified,
    changed,
    inode: `${device}:${inode}`,
    links: Number(links),
    target: undefined,
  };
}
