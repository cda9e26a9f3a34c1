import { BrokenExchange } from '../http/transport.ts';

const lineFeed = 0x0a;

/**
 * The lines of a stream of UTF-8, without their line breaks and without empty ones. Text after the last line break is
 * left out: a line that was cut.
 * @throws BrokenExchange for a line with more bytes than `longest`
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
      if (line !== '') yield line;
    }
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > longest) throw new BrokenExchange(new Error(`a line is longer than ${String(longest)} bytes`), true);
  }
}
