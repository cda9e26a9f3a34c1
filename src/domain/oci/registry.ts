import type { Descriptor } from './manifest.ts';
import type { Referrer } from './referrers.ts';

/** What a registry says about a manifest without sending it. */
export interface ManifestHead {
  readonly digest: string;
  readonly mediaType: string;
}

/** A blob and a repository of the same registry that has it. */
export interface BlobPlace {
  readonly digest: string;
  readonly path: string;
}

/** A blob that a repository gets. */
export interface UploadedBlob extends Descriptor {
  /** For a registry that refuses chunks: one request has the whole blob, whatever its size. */
  readonly inOnePiece?: boolean;
}

/** How a registry asks for a login: not at all, with each request, or through a token server that may serve anyone. */
export type LoginScheme = 'none' | 'basic' | 'bearer';

/** `unsupported`: the registry has no projects of its own. */
export type CreatedProject = 'created' | 'exists' | 'unsupported';

/** A manifest as sent; the digest is computed from its bytes, not taken from a header. */
export interface Manifest extends ManifestHead {
  readonly bytes: Uint8Array;
}

/**
 * One registry over HTTP. Transient refusals are retried inside, honouring Retry-After. Throws SyncFailure for what
 * remains; a manifest that is not there is no failure.
 */
export interface Registry {
  head(path: string, reference: string): Promise<ManifestHead | undefined>;
  /** Throws SyncFailure `wrong-content` when asked by digest and the bytes have another one. */
  read(path: string, reference: string): Promise<Manifest | undefined>;
  /** Sets a tag to a manifest whose content the repository has already; a digest in place of the tag sets none. */
  tag(path: string, tag: string, manifest: Manifest): Promise<void>;
  /** Lets a repository have a blob that another one has. False when the registry does not do that. */
  mount(path: string, blob: BlobPlace): Promise<boolean>;
  /** All tags. Throws SyncFailure `not-found` when there is no such repository. */
  listTags(path: string): Promise<readonly string[]>;
  /** What the registry says refers to a manifest; undefined where it has no API for that. */
  referrers(path: string, digest: string): Promise<readonly Referrer[] | undefined>;
  hasBlob(path: string, digest: string): Promise<boolean>;
  /**
   * The bytes of a blob in pieces, all of them checked against its digest before the last piece comes.
   * @param readSize bytes of a piece, each of which costs a round trip
   */
  readBlob(path: string, blob: Descriptor, readSize?: number): AsyncIterable<Uint8Array>;
  /** Puts a blob into a repository, a large one in chunks. */
  writeBlob(path: string, blob: UploadedBlob, content: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Deletes a manifest with all its tags. The registry can still have it: some accept the request and keep the image.
   * @returns false when there was none
   * @throws SyncFailure `delete-unsupported` for a registry that does not delete, `denied`, `unauthorized`
   */
  delete(path: string, digest: string): Promise<boolean>;
  loginScheme(): Promise<LoginScheme>;
  /** Creates a private project for images, where the registry has projects and creates none by a push. */
  createProject(name: string): Promise<CreatedProject>;
}
