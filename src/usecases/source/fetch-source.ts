import { TaskError } from '../../domain/core/errors.ts';
import { formatSize } from '../../domain/core/format-bytes.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { BlobMetadata, BlobStore } from '../../domain/source/blob-store.ts';

export interface FetchSourceInput {
  readonly blobId: string;
  readonly app: string;
  readonly namespace: string;
  /** Path in the folder of the source. */
  readonly archive: string;
}

export interface FetchSourcePorts {
  readonly store: BlobStore;
  /** Writes a file whole or not at all. Refuses bytes with another SHA-256 than the expected one, if there is one. */
  readonly save: (path: string, content: NewContent) => Promise<SavedFile>;
}

interface NewContent {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly expected: string | undefined;
}

interface SavedFile {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Downloads a source and checks that it is that of the application, unchanged.
 * @throws TaskError `blob-not-found`, `invalid-file` for another application or content …
 */
export async function fetchSource(
  { blobId, app, namespace, archive }: FetchSourceInput,
  { store, save }: FetchSourcePorts,
): Promise<Outcome<'archive' | 'sha256' | 'bytes', 'source'>> {
  const metadata = await store.metadata(blobId);
  checkOwner(metadata, { app, namespace, blobId });
  const content = { bytes: store.download(blobId), expected: metadata.sha256 };
  const { size, sha256 } = await save(archive, content);
  const reason = metadata.sha256 === undefined ? 'fetched-unproven' : 'fetched';
  return {
    items: [{ id: `${store.address}/${blobId}`, outcome: 'done', reason, evidence: { sha256, bytes: size } }],
    results: { archive, sha256, bytes: String(size) },
    summary: `source ${blobId} downloaded as ${archive}: ${formatSize(size)}`,
  };
}

function checkOwner(
  found: BlobMetadata,
  { app, namespace, blobId }: { readonly app: string; readonly namespace: string; readonly blobId: string },
): void {
  for (const [name, actual, expected] of [
    ['app', found.app, app],
    ['namespace', found.namespace, namespace],
  ] as const) {
    if (actual === expected) continue;
    const got = actual === '' ? 'none' : JSON.stringify(actual);
    throw new TaskError('invalid-file', `checking ${blobId}: blob ${name} mismatch: expected ${expected}, got ${got}`, {
      remedy: 'Give the blob id of a source of this application.',
    });
  }
}
