import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { createGzip, type Gzip } from 'node:zlib';

import { writeAll } from './write-all.ts';

/** Digests and sizes of what was written. */
export interface PackedBytes {
  /** `sha256:<hex>` and bytes of the compressed form. */
  readonly digest: string;
  readonly size: number;
  /** `sha256:<hex>` and bytes of what was put in. */
  readonly plainDigest: string;
  readonly plainSize: number;
}

/** Compresses into a file what is put in. */
export interface PackedStream {
  /** Takes a copy: the memory of the bytes can be used again. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<PackedBytes>;
  /** Ends without a result; what was written so far is worth nothing. */
  stop(): Promise<void>;
}

/** Bytes that are compressed at a time. */
const portion = 128 * 1024;

/**
 * Compresses with gzip in a thread of its own, while the next portion is gathered. The memory is that of two portions
 * each way.
 */
export function packInto(file: FileHandle, level: number): PackedStream {
  const gzip = createGzip({ level, chunkSize: portion, memLevel: 9 });
  const written = writePieces(gzip, file);
  written.catch(() => undefined);
  const plain = createHash('sha256');
  const buffers: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(portion), Buffer.allocUnsafeSlow(portion)];
  let [filled, plainSize] = [0, 0];
  let underWay: Promise<void> = Promise.resolve();
  // When the file cannot be written, the compression ends too; why it did is the error of the file.
  const settle = (): Promise<void> => underWay.catch(() => written.then(() => undefined));

  async function flush(): Promise<void> {
    const full = buffers[0].subarray(0, filled);
    plain.update(full);
    await settle();
    underWay = compress(gzip, full);
    underWay.catch(() => undefined);
    buffers.reverse();
    filled = 0;
  }

  return {
    async write(bytes) {
      plainSize += bytes.length;
      for (let done = 0; done < bytes.length; ) {
        const taken = Math.min(bytes.length - done, portion - filled);
        buffers[0].set(bytes.subarray(done, done + taken), filled);
        [done, filled] = [done + taken, filled + taken];
        if (filled === portion) await flush();
      }
    },
    async finish() {
      await flush();
      await settle();
      gzip.end();
      const { digest, size } = await written;
      return { digest, size, plainDigest: `sha256:${plain.digest('hex')}`, plainSize };
    },
    async stop() {
      gzip.destroy();
      await Promise.allSettled([underWay, written]);
    },
  };
}

/** Resolves when the bytes are no longer read. */
function compress(gzip: Gzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(error);
    const closed = (): void => reject(new Error('the compression was ended'));
    gzip.once('error', fail);
    gzip.once('close', closed);
    gzip.write(bytes, (error) => {
      gzip.off('error', fail);
      gzip.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

async function writePieces(gzip: Gzip, file: FileHandle): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of gzip as AsyncIterable<Buffer>) {
    hash.update(piece);
    size += piece.length;
    await writeAll(file, piece);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
