import { TaskError } from '../core/errors.ts';

/** A UUID in the form of version 4, as Epinio names its blobs, from the hexadecimal digest of what it stands for. */
export function blobIdOf(digest: string): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return parts.join('-');
}

/** @throws TaskError `invalid-param` */
export function checkBlobId(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new TaskError('invalid-param', `reading blob-id: invalid id ${JSON.stringify(text)}: expected a UUID`, {
    remedy: 'Give the blob id that the upload returned.',
  });
}
