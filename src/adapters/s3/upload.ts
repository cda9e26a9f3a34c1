import { createHash } from 'node:crypto';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

import { TaskError } from '../../domain/core/errors.ts';
import type { BlobContent, UploadedBlob } from '../../domain/source/blob-store.ts';
import { NotAStorage } from './refuse-pages.ts';

const mebibyte = 1024 * 1024;
/** S3 takes parts of 5 MiB to 5 GiB, and at most 10,000. Three of these are in memory at a time. */
const smallestPart = 5 * mebibyte;
const mostParts = 9000;
const atOnce = 3;
/** Milliseconds. */
const longestAbort = 10_000;
/** Tries of a part that arrives too late. */
const mostLate = 3;
// As Epinio marks its sources.
const contentType = 'application/tar';

export interface UploadTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Takes the bytes that the storage has. */
  readonly progress: (done: number) => void;
}

/**
 * Uploads a content: a small one at once, others in parts. Parts that an earlier run has sent are not sent again. An
 * upload that fails is aborted, so that the storage keeps no parts of it.
 */
export async function uploadContent(target: UploadTarget, content: BlobContent): Promise<UploadedBlob> {
  if (content.size > smallestPart) return uploadParts(target, content);
  const { client, bucket, key, metadata, signal } = target;
  const parts: Uint8Array[] = [];
  for await (const bytes of content.open()) parts.push(Buffer.from(bytes));
  const body = Buffer.concat(parts);
  checkUnchanged(createHash('sha256').update(body).digest('hex'), content);
  const command = { Bucket: bucket, Key: key, Body: body, Metadata: { ...metadata }, ContentType: contentType };
  await client.send(new PutObjectCommand(command), { abortSignal: signal });
  return { how: 'uploaded', sent: body.length };
}

async function uploadParts(target: UploadTarget, content: BlobContent): Promise<UploadedBlob> {
  const { client, bucket, key, metadata, signal } = target;
  const common = { Bucket: bucket, Key: key };
  const known = await findUnfinished(target);
  const create = { ...common, Metadata: { ...metadata }, ContentType: contentType };
  const id = known ?? (await client.send(new CreateMultipartUploadCommand(create), { abortSignal: signal })).UploadId;
  if (id === undefined) throw new NotAStorage('got an answer without the id of an upload');
  const upload = { ...common, UploadId: id };
  try {
    const present = known === undefined ? new Map<number, string>() : await listParts(target, id);
    const { parts, sent } = await sendParts(target, { id, present, content });
    const complete = { ...upload, MultipartUpload: { Parts: [...parts] } };
    await client.send(new CompleteMultipartUploadCommand(complete), { abortSignal: signal });
    return { how: present.size > 0 && sent < content.size ? 'resumed' : 'uploaded', sent };
  } catch (error) {
    // The error of the upload matters more; what cannot be aborted now is continued by the next run.
    const abortSignal = AbortSignal.timeout(longestAbort);
    await client.send(new AbortMultipartUploadCommand(upload), { abortSignal }).catch(() => undefined);
    throw error;
  }
}

/** The key follows from the content, so that an unfinished upload of it has the same parts. */
async function findUnfinished({ client, bucket, key, signal }: UploadTarget): Promise<string | undefined> {
  try {
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key });
    const { Uploads = [] } = await client.send(command, { abortSignal: signal });
    return Uploads.find(({ Key }) => Key === key)?.UploadId;
  } catch (error) {
    signal.throwIfAborted();
    // Not every account may list uploads, and not every storage can: then nothing is continued.
    if (error instanceof Error && /AccessDenied|NotImplemented|NoSuchUpload/.test(error.name)) return undefined;
    throw error;
  }
}

/** Numbers and ETags of the parts that are there. */
async function listParts({ client, bucket, key, signal }: UploadTarget, id: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: id, PartNumberMarker: marker });
    const page = await client.send(command, { abortSignal: signal });
    for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) found.set(PartNumber, ETag);
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return found;
}

interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string;
}

interface PartsToSend {
  readonly id: string;
  readonly present: ReadonlyMap<number, string>;
  readonly content: BlobContent;
}

async function sendParts(
  { client, bucket, key, signal, progress }: UploadTarget,
  { id, present, content }: PartsToSend,
): Promise<{ parts: readonly SentPart[]; sent: number }> {
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([signal, stop.signal]);
  const parts: SentPart[] = [];
  const running = new Set<Promise<void>>();
  const hash = createHash('sha256');
  const memory = createPartMemory(partSize(content.size));
  let [sent, done] = [0, 0];
  async function send(number: number, body: Buffer): Promise<void> {
    // The ETag of a part is its MD5, except in encrypted buckets, where all parts are sent again.
    const md5 = `"${createHash('md5').update(body).digest('hex')}"`;
    if (present.get(number) === md5) {
      parts.push({ PartNumber: number, ETag: md5 });
      return;
    }
    const command = { Bucket: bucket, Key: key, UploadId: id, PartNumber: number, Body: body };
    const { ETag = '' } = await resign(() => client.send(new UploadPartCommand(command), { abortSignal }));
    parts.push({ PartNumber: number, ETag });
    sent += body.length;
  }
  try {
    let number = 0;
    for await (const body of cut(content, memory)) {
      abortSignal.throwIfAborted();
      hash.update(body);
      number += 1;
      const part = send(number, body)
        .then(() => {
          done += body.length;
          progress(done);
          memory.release(body);
        })
        .finally(() => running.delete(part));
      // Seen where the parts are awaited.
      part.catch(() => stop.abort());
      running.add(part);
      if (running.size >= atOnce) await Promise.race(running);
    }
    await Promise.all(running);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(running);
    throw error;
  }
  checkUnchanged(hash.digest('hex'), content);
  return { parts: parts.sort((a, b) => a.PartNumber - b.PartNumber), sent };
}

/**
 * Sends again, with a new signature, what took so long that its signature was too old on arrival. The client itself does
 * this only if the clocks differ.
 */
async function resign<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (tries >= mostLate || !(error instanceof Error) || error.name !== 'RequestTimeTooSkewed') throw error;
    }
  }
}

function partSize(size: number): number {
  return Math.max(smallestPart, Math.ceil(size / mostParts / mebibyte) * mebibyte);
}

interface PartMemory {
  readonly take: () => Buffer;
  /** Only for parts that were sent: what failed may still be read. */
  readonly release: (part: Buffer) => void;
}

/** Parts take the memory of those before: garbage of this size is collected too late. */
function createPartMemory(size: number): PartMemory {
  const unused: Buffer[] = [];
  return {
    take: () => unused.pop() ?? Buffer.allocUnsafeSlow(size),
    release: (part) => {
      if (part.length === size) unused.push(part);
    },
  };
}

/** The content in pieces of one size, the last one shorter. */
async function* cut(content: BlobContent, memory: PartMemory): AsyncGenerator<Buffer, void, undefined> {
  let part = memory.take();
  let filled = 0;
  for await (const bytes of content.open()) {
    for (let done = 0; done < bytes.length; ) {
      const piece = bytes.subarray(done, done + part.length - filled);
      part.set(piece, filled);
      filled += piece.length;
      done += piece.length;
      if (filled < part.length) continue;
      yield part;
      part = memory.take();
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

function checkUnchanged(sha256: string, content: BlobContent): void {
  if (sha256 === content.sha256) return;
  throw new TaskError('incomplete', 'uploading the source: files changed while they were read', {
    remedy: 'Run again when no program changes the files.',
  });
}
