/** What an object says about the source that it holds. The first three are those of Epinio. */
export interface BlobMetadata {
  readonly app: string;
  readonly namespace: string;
  readonly username: string;
  /** Of the content, hexadecimal; undefined for objects of other programs. */
  readonly sha256: string | undefined;
}

/** A source that can be read more than once: every read must give the same bytes. */
export interface BlobContent {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** A piece is valid until the next one is read. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface UploadedBlob {
  /** `present`: the store had this very content. `resumed`: part of it. */
  readonly how: 'uploaded' | 'resumed' | 'present';
  /** Bytes that were sent. */
  readonly sent: number;
}

/** One bucket of an object storage. Throws TaskError. */
export interface BlobStore {
  /** Without logins. */
  readonly address: string;
  /** Uploads completely or not at all. An upload that was killed is continued. */
  upload(id: string, content: BlobContent, metadata: Omit<BlobMetadata, 'sha256'>): Promise<UploadedBlob>;
  metadata(id: string): Promise<BlobMetadata>;
  /** The content from the beginning; a broken connection is continued where it was. */
  download(id: string): AsyncIterable<Uint8Array>;
}
