import { isNotebook } from '../../domain/scan/notebook-reader.ts';
import { detectContent, detectedBytes } from '../../domain/source/content-type.ts';

/** How content is read before it is scanned. `texts`: binary, but all rules apply to its texts. */
export type ContentFormat =
  | 'plain'
  | 'texts'
  | 'notebook'
  | 'zip'
  | 'tar'
  | 'gzip'
  | 'bzip2'
  | 'xz'
  | 'git-pack'
  | 'git-object';

/** Bytes by which content is recognised: those of a tar header. */
export const headLength = detectedBytes;

const signatures: readonly (readonly [format: ContentFormat, bytes: string])[] = [
  ['git-pack', 'PACK\0\0\0'],
  ['git-pack', '# v2 git bundle\n'],
  ['git-pack', '# v3 git bundle\n'],
  ['texts', 'SQLite format 3\0'],
];

const archives = ['zip', 'tar', 'gzip', 'bzip2', 'xz'] as const;

/** Recognises content by its first bytes. The path decides only for what has no own signature. */
export function formatOf(head: Buffer, path: string): ContentFormat {
  for (const [format, bytes] of signatures) if (head.toString('latin1', 0, bytes.length) === bytes) return format;
  const archive = archives.find((type) => type === detectContent(head));
  if (archive !== undefined) return archive;
  // A loose object of Git: zlib, RFC 1950, in a folder of the first two digits of its id.
  const isZlib = head.length > 2 && (head[0] ?? 0) % 16 === 8 && head.readUInt16BE(0) % 31 === 0;
  if (isZlib && /(?:^|\/)[\da-f]{2}\/[\da-f]{38,62}$/.test(path)) return 'git-object';
  if (path.endsWith('.pyc') && head.toString('latin1', 2, 4) === '\r\n') return 'texts';
  return isNotebook(head, path) ? 'notebook' : 'plain';
}
