import { ownValue } from '../core/json-object.ts';
import type { FileEntry, FileKind } from './file-entry.ts';

/** What is listed. */
export interface ListRequest {
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** Absolute paths that are not entered nor listed. */
  readonly without: readonly string[];
  /** Only the paths and what is directly in them. */
  readonly isShallow: boolean;
  /** Only what changed at this time or later, in seconds since 1970. */
  readonly changedSince: number | undefined;
}

/** A listed file, with what the account of the reader may not do. */
export interface ListedFile {
  readonly entry: FileEntry;
  readonly isReadable: boolean;
  readonly hasInvalidName: boolean;
}

/** `r`: the account may read it; for a folder, may enter it too. */
const flag = [
  ...['(', '-type', 'd', '-readable', '-executable', '-printf', 'r'],
  ...['-o', '!', '-type', 'd', '-readable', '-printf', 'r', '-o', '-printf', '-', ')'],
];
const fields = '%y %m %U %G %s %b %T@ %C@ %D %i %n %p\\0%l\\0';
const blockBytes = 512;

/** A find that prints all of each file, for a find of GNU. */
export function printfListing(request: ListRequest): readonly string[] {
  const { changedSince } = request;
  // Strictly newer is what find knows.
  const since = changedSince === undefined ? [] : ['-newerct', `@${String(Math.floor(changedSince) - 1)}`];
  return ['env', 'LC_ALL=C', ...walk(request), ...since, ...flag, '-printf', fields];
}

/** A find that prints names with NUL, for all others. */
export function nameListing(request: ListRequest): readonly string[] {
  return ['env', 'LC_ALL=C', ...walk(request), '-print0'];
}

function walk({ paths, without, isShallow }: ListRequest): readonly string[] {
  const depth = isShallow ? ['-maxdepth', '1'] : [];
  const pruned = without.flatMap((path, index) => [...(index === 0 ? [] : ['-o']), '-path', escapePattern(path)]);
  const prune = pruned.length === 0 ? [] : ['(', ...pruned, ')', '-prune', '-o'];
  return ['find', ...paths, '-xdev', ...depth, ...prune];
}

/** `-path` takes a pattern. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, String.raw`\$&`);
}

const kinds: Readonly<Record<string, FileKind>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  c: 'character-device',
  b: 'block-device',
};

/** Takes the output of `printfListing` as it comes. */
export function createListingParser(onFile: (file: ListedFile) => void): (bytes: Uint8Array) => void {
  let head: Uint8Array | undefined;
  return createRecordSplitter((record) => {
    if (head === undefined) head = record;
    else {
      const file = parseRecord(head, record);
      head = undefined;
      if (file !== undefined) onFile(file);
    }
  });
}

/** Splits at NUL. */
export function createRecordSplitter(onRecord: (record: Uint8Array) => void): (bytes: Uint8Array) => void {
  let kept: Uint8Array = new Uint8Array();
  return (bytes) => {
    let left = bytes;
    for (let end = left.indexOf(0); end !== -1; end = left.indexOf(0)) {
      onRecord(join(kept, left.subarray(0, end)));
      kept = new Uint8Array();
      left = left.subarray(end + 1);
    }
    kept = join(kept, left);
  };
}

/** Text of a name; the flag says whether its bytes are UTF-8. */
export function decodeName(bytes: Uint8Array): { readonly text: string; readonly isValid: boolean } {
  try {
    return { text: strict.decode(bytes), isValid: true };
  } catch {
    return { text: loose.decode(bytes), isValid: false };
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loose = new TextDecoder('utf-8', { ignoreBOM: true });
const fieldCount = 11;

function parseRecord(head: Uint8Array, link: Uint8Array): ListedFile | undefined {
  let start = 0;
  for (let count = 0; count < fieldCount; count += 1) start = head.indexOf(0x20, start) + 1;
  const texts = loose.decode(head.subarray(0, start)).split(' ');
  const [type = '', mode = '', uid, gid, size, blocks, modified = '', changed = '', device = '', inode = ''] = texts;
  const kind = ownValue(kinds, type.slice(1));
  if (kind === undefined || start === 0) return undefined;
  const name = decodeName(head.subarray(start));
  const target = decodeName(link);
  return {
    isReadable: type.startsWith('r'),
    hasInvalidName: !name.isValid || !target.isValid,
    entry: {
      path: name.text,
      kind,
      mode: Number.parseInt(mode, 8),
      uid: Number(uid),
      gid: Number(gid),
      size: kind === 'file' ? Number(size) : 0,
      allocated: Number(blocks) * blockBytes,
      modified,
      changed,
      inode: `${device}:${inode}`,
      links: Number(texts[10]),
      target: kind === 'symlink' ? target.text : undefined,
    },
  };
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second.slice();
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
