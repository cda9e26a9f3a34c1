import type { BlobToPush } from '../push-blob.ts';

/** A blob that is in memory. @param digestOf `sha256:<hex>` of bytes */
export function blobOfBytes(bytes: Uint8Array, digestOf: (bytes: Uint8Array) => string): BlobToPush {
  // eslint-disable-next-line @typescript-eslint/require-await -- an iterator over one piece
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield bytes;
  }
  return { digest: digestOf(bytes), size: bytes.length, read };
}
