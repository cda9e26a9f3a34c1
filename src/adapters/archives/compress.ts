import { constants, gzipSync } from 'node:zlib';

/** Gzip at the highest level. */
export function compress(text: string): Uint8Array {
  return gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
}
