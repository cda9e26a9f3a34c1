import type { SparseMap } from '../../domain/source/sparse-map.ts';

const zeros = new Uint8Array(64 * 1024);

/** The whole content of a sparse file, with its holes as zeros. */
export async function* withHoles(
  stored: AsyncIterable<Uint8Array>,
  { pieces, size }: SparseMap,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  let index = 0;
  let done = 0;
  for await (const bytes of stored) {
    let left = bytes;
    for (let piece = pieces[index]; left.length > 0 && piece !== undefined; piece = pieces[index]) {
      yield* zerosOf(piece.offset + done - position);
      const part = left.subarray(0, piece.length - done);
      yield part;
      left = left.subarray(part.length);
      done += part.length;
      position = piece.offset + done;
      if (done < piece.length) break;
      index += 1;
      done = 0;
    }
  }
  yield* zerosOf(size - position);
}

/** Exactly so many bytes: more are cut off, fewer are filled with zeros. */
export async function* resize(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  for await (const bytes of content) {
    if (left > 0) yield bytes.length <= left ? bytes : bytes.subarray(0, left);
    left -= Math.min(left, bytes.length);
  }
  yield* zerosOf(left);
}

function* zerosOf(count: number): Generator<Uint8Array, void, undefined> {
  for (let left = count; left > 0; left -= zeros.length) yield left < zeros.length ? zeros.subarray(0, left) : zeros;
}
