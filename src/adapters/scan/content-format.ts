import { isNotebook } from '../../domain/scan/notebook-reader.ts';

/** How content is read before it is scanned. `texts`: binary, but all rules apply to its texts. */
export type ContentFormat =
  | 'plain'
  | 'texts'
  | 'notebook'
  | 'utf-16le'
  | 'utf-16be'
  | 'zip'
  | 'tar'
  | 'gzip'
  | 'bzip2'
  | 'xz'
  | 'git-pack'
  | 'git-object';

/** Bytes by which content is recognised: those of a tar header. */
export const headLength = 512;

/** First bytes of what has a signature of its own, by the first of them. */
const signatures: Readonly<Record<number, readonly (readonly [format: ContentFormat, bytes: string])[]>> = {
  0x1f: [['gzip', '\u001f\u008b']],
  0x23: [
    ['git-pack', '# v2 git bundle\n'],
    ['git-pack', '# v3 git bundle\n'],
  ],
  0x42: [['bzip2', 'BZh']],
  0x50: [
    ['zip', 'PK\u0003\u0004'],
    ['zip', 'PK\u0005\u0006'],
    ['git-pack', 'PACK\0\0\0'],
  ],
  0x53: [['texts', 'SQLite format 3\0']],
  0xfd: [['xz', '\u00fd7zXZ\0']],
  0xfe: [['utf-16be', '\u00fe\u00ff']],
  0xff: [['utf-16le', '\u00ff\u00fe']],
};
/** Characters of text in UTF-16 without a byte order mark that are looked at. */
const firstCharacters = 8;
const tarMark = { at: 257, text: 'ustar' };

/** Recognises content by its first bytes. The path decides only for what has no own signature. */
export function formatOf(head: Buffer, path: string): ContentFormat {
  const found = signatures[head[0] ?? 0]?.find(([, bytes]) => head.toString('latin1', 0, bytes.length) === bytes);
  if (found !== undefined) return found[0];
  if (head.toString('latin1', tarMark.at, tarMark.at + tarMark.text.length) === tarMark.text) return 'tar';
  // A loose object of Git: zlib, RFC 1950, in a folder of the first two digits of its id.
  const isZlib = head.length > 2 && (head[0] ?? 0) % 16 === 8 && head.readUInt16BE(0) % 31 === 0;
  if (isZlib && /(?:^|\/)[\da-f]{2}\/[\da-f]{38,62}$/.test(path)) return 'git-object';
  if (path.endsWith('.pyc') && head.toString('latin1', 2, 4) === '\r\n') return 'texts';
  return utf16Of(head) ?? (isNotebook(head.toString('utf8', 0, headLength), path) ? 'notebook' : 'plain');
}

/** Of Latin characters each second byte is zero. */
function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head.length < 2 * firstCharacters || (head[0] === 0) === (head[1] === 0)) return undefined;
  const zero = head[0] === 0 ? 0 : 1;
  for (let at = 0; at < 2 * firstCharacters; at += 1) if ((head[at] === 0) !== (at % 2 === zero)) return undefined;
  return zero === 1 ? 'utf-16le' : 'utf-16be';
}
