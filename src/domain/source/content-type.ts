import { hasTarChecksum, tarBlock } from './tar-header.ts';

/** What the first bytes of a file say that it is. Only the first five can be unpacked. */
export type ContentType = 'zip' | 'tar' | 'gzip' | 'bzip2' | 'xz' | OtherType;

type OtherType =
  | '7z'
  | 'ar or deb'
  | 'cpio'
  | 'compress (.Z)'
  | 'ELF program'
  | 'empty file'
  | 'HTML or XML'
  | 'JSON'
  | 'lz4'
  | 'lzip'
  | 'PDF'
  | 'rar'
  | 'rpm'
  | 'text'
  | 'unknown binary data'
  | 'zip without its beginning'
  | 'zstd';

/** Bytes of a file that `detectContent` looks at. */
export const detectedBytes = tarBlock;

// Magic numbers of file(1), as Latin-1 text.
const beginnings: readonly (readonly [string, ContentType])[] = [
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['PK\x07\x08', 'zip without its beginning'],
  ['\x1F\x8B', 'gzip'],
  ['BZh', 'bzip2'],
  ['\xFD7zXZ\x00', 'xz'],
  ['\x28\xB5\x2F\xFD', 'zstd'],
  ["7z\xBC\xAF'\x1C", '7z'],
  ['Rar!\x1A\x07', 'rar'],
  ['\x04\x22\x4D\x18', 'lz4'],
  ['LZIP', 'lzip'],
  ['\x1F\x9D', 'compress (.Z)'],
  ['!<arch>\n', 'ar or deb'],
  ['\xED\xAB\xEE\xDB', 'rpm'],
  ['070701', 'cpio'],
  ['070702', 'cpio'],
  ['070707', 'cpio'],
  ['%PDF-', 'PDF'],
  ['\x7FELF', 'ELF program'],
];

/**
 * Detects the type of a file by its content, because names and addresses are not reliable.
 * @param head the first 512 bytes, fewer when the file is shorter
 */
export function detectContent(head: Uint8Array): ContentType {
  if (head.length === 0) return 'empty file';
  // First, because the name of the first entry may look like another type.
  if (head.length >= tarBlock && hasTarChecksum(head)) return 'tar';
  const latin = String.fromCharCode(...head.subarray(0, tarBlock));
  const found = beginnings.find(([magic]) => latin.startsWith(magic));
  if (found !== undefined) return found[1];
  // An archive without entries is nothing but its end.
  if (head.length >= tarBlock && head.subarray(0, tarBlock).every((byte) => byte === 0)) return 'tar';
  const text = latin.trimStart();
  if (text.startsWith('<')) return 'HTML or XML';
  if (text.startsWith('{') || text.startsWith('[')) return 'JSON';
  return /[\x00-\x08\x0E-\x1A\x1C-\x1F]/.test(latin) ? 'unknown binary data' : 'text';
}
