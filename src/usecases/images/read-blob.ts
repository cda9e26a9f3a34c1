import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';

/** The bytes of a small blob. The size is what the caller has checked. @throws SyncFailure */
export async function readBlob(registry: Registry, path: string, blob: Descriptor): Promise<Uint8Array> {
  const bytes = new Uint8Array(blob.size);
  let done = 0;
  for await (const piece of registry.readBlob(path, blob)) {
    bytes.set(piece, done);
    done += piece.length;
  }
  return bytes;
}
