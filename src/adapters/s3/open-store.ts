import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

import { formatBytes } from '../../domain/core/format-bytes.ts';
import type { BlobMetadata, BlobStore } from '../../domain/source/blob-store.ts';
import { addressOf, createS3Client, type S3Options } from './connect.ts';
import { explainS3 } from './explain.ts';
import { uploadContent } from './upload.ts';
import { stalled, usualLimits, type StorageLimits } from './watch-answers.ts';

/** Tries in a row that gave no byte. */
const mostTries = 4;

/** Opens a bucket; it is created by the first upload when it is not there, as Epinio does. */
export function openBlobStore(options: S3Options): BlobStore {
  const { connection, log, signal, limits = usualLimits } = options;
  const { redactor } = log;
  const client = createS3Client(options);
  const { bucket } = connection;
  const address = addressOf(connection);
  const attempt = async <T>(doing: string, action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      signal.throwIfAborted();
      throw explainS3(`${doing} ${address}`, error, redactor);
    }
  };
  const place = (id: string) => ({ client, bucket, key: id, signal });
  return {
    address,
    upload: (id, content, { app, namespace, username }) =>
      attempt(`uploading ${id} to`, async () => {
        const known = await headIfAllowed(place(id));
        if (known?.sha256 === content.sha256 && known.app === app && known.namespace === namespace) {
          return { how: 'present', sent: 0 };
        }
        const metadata = { app, namespace, username, sha256: content.sha256 };
        const progress = (done: number): void => {
          const message = `${formatBytes(done)} of ${formatBytes(content.size)}`;
          log.progress(done, content.size, { message, bytes: done, totalBytes: content.size });
        };
        const send = () => uploadContent({ ...place(id), metadata, progress }, content);
        return send().catch(async (error: unknown) => {
          if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
          await createBucket(place(id));
          return send();
        });
      }),
    metadata: (id) => attempt(`reading ${id} of`, async () => readMetadata(await head(place(id)))),
    download: (id) =>
      download(place(id), {
        address,
        limits,
        explain: (error) => explainS3(`downloading ${id} of ${address}`, error, redactor),
      }),
  };
}

/** Refusals that say that another upload creates the bucket, or has created it. The upload that follows decides. */
const createdMeanwhile = new Set(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists', 'OperationAborted']);

async function createBucket({ client, bucket, signal }: ObjectPlace): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }), { abortSignal: signal });
  } catch (error) {
    if (!(error instanceof Error) || !createdMeanwhile.has(error.name)) throw error;
  }
}

interface ObjectPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

function head({ client, bucket, key, signal }: ObjectPlace): Promise<HeadObjectCommandOutput> {
  return client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
}

/** A refusal of a HEAD request has no reason in it: the upload itself gets one. */
async function headIfAllowed(place: ObjectPlace): Promise<BlobMetadata | undefined> {
  try {
    return readMetadata(await head(place));
  } catch (error) {
    place.signal.throwIfAborted();
    const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status !== undefined && status >= 400 && status < 500) return undefined;
    throw error;
  }
}

/** Some storages and clients write the keys with a capital. */
function readMetadata({ Metadata = {} }: HeadObjectCommandOutput): BlobMetadata {
  const values = new Map(Object.entries(Metadata).map(([key, value]) => [key.toLowerCase(), value]));
  const text = (key: string): string => values.get(key) ?? '';
  const sha256 = text('sha256');
  return {
    app: text('app'),
    namespace: text('namespace'),
    username: text('username'),
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
  };
}

interface DownloadOptions {
  readonly address: string;
  readonly limits: StorageLimits;
  readonly explain: (error: unknown) => unknown;
}

async function* download(
  { client, bucket, key, signal }: ObjectPlace,
  { address, limits, explain }: DownloadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let [position, heardAt] = [0, Date.now()];
  let tag: string | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      const range = position === 0 ? {} : { Range: `bytes=${String(position)}-`, IfMatch: tag };
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...range });
      const { Body, ETag } = await client.send(command, { abortSignal: signal });
      tag = ETag;
      for await (const bytes of Body as AsyncIterable<Uint8Array>) {
        position += bytes.length;
        tries = 0;
        yield bytes;
        heardAt = Date.now();
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() - heardAt >= limits.stall) throw explain(stalled(address, limits));
      const isAnswer = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata;
      if (tries >= mostTries || isAnswer?.httpStatusCode !== undefined) throw explain(error);
    }
  }
}
