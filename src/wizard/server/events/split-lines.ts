import { StringDecoder } from 'node:string_decoder';

/** The lines of a stream of bytes, without their breaks. A line beyond `longest` characters is left out. */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  for await (const chunk of bytes) {
    const parts = decoder.write(Buffer.from(chunk)).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      if (!isTooLong && rest.length + part.length <= longest) yield rest + part;
      rest = '';
      isTooLong = false;
    }
    isTooLong ||= rest.length + last.length > longest;
    rest = isTooLong ? '' : rest + last;
  }
  if (rest !== '' && !isTooLong) yield rest;
}
