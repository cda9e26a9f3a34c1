import { showLine, type ShownLine } from '../../../src/domain/runs/shown-line.ts';
import type { ProblemDetails } from '../../../src/wizard/api/problem.ts';
import { ApiError } from '../http/client.ts';

/** Characters of a line that are kept: a line has no limit. */
const longestLine = 16 * 1024;

/** The lines of a log as they come. @throws ApiError */
export async function* readLog(
  url: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ShownLine[], void, undefined> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) throw new ApiError((await response.json()) as ProblemDetails);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const splitter = createSplitter();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    yield splitter.take(value);
  }
  yield splitter.end();
}

interface Splitter {
  readonly take: (text: string) => readonly ShownLine[];
  readonly end: () => readonly ShownLine[];
}

function createSplitter(): Splitter {
  let rest = '';
  let left = 0;
  const add = (part: string): void => {
    const room = Math.max(0, longestLine - rest.length);
    rest += part.slice(0, room);
    left += Math.max(0, part.length - room);
  };
  const finish = (): ShownLine => {
    const line = showLine(rest, left);
    rest = '';
    left = 0;
    return line;
  };
  return {
    take: (text) => {
      const parts = text.split('\n');
      const last = parts.pop() ?? '';
      const lines = parts.map((part) => {
        add(part);
        return finish();
      });
      add(last);
      return lines;
    },
    end: () => (rest === '' ? [] : [finish()]),
  };
}
