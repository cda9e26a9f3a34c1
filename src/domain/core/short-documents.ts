/** Lines that a part has. */
const linesAtOnce = 1000;

const opening = '"files":[';
const ending = '\n]\n}\n';

/**
 * Cuts a long `index.json`, which has one file a line, into short documents of the same form, which can be parsed one
 * after the other. A text that is laid out in another way comes as it is.
 */
export async function* shortDocuments(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let head = '';
  let tail = '';
  let files: string[] = [];
  let isInFiles = false;
  for await (const line of lines) {
    if (!isInFiles) {
      head += `${line}\n`;
      isInFiles = line === opening;
    } else if (tail !== '' || !line.startsWith('{')) {
      tail += `\n${line}`;
    } else {
      if (files.length === linesAtOnce) {
        yield head + joined(files).replace(/,$/, '') + ending;
        files = [];
      }
      files.push(line);
    }
  }
  yield head + joined(files) + tail;
}

function joined(lines: readonly string[]): string {
  return lines.join('\n');
}
