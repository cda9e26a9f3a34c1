import { useEffect, useState } from 'react';

import type { ShownLine } from '../../../src/domain/runs/shown-line.ts';
import { readLog } from './read-log.ts';

export interface NumberedLine {
  /** In the log, from 1. */
  readonly number: number;
  readonly line: ShownLine;
  /** Its text in lower case, for the search. */
  readonly lower: string;
}

export interface LogState {
  /** The same array, which grows. */
  readonly lines: readonly NumberedLine[];
  /** The number of lines, which changes when the array has grown. */
  readonly count: number;
  readonly error: unknown;
  /** Whether all lines are there. */
  readonly hasEnded: boolean;
}

/** Lines that a page keeps. */
const mostLines = 200_000;
/** Milliseconds in which new lines become one change of the page, which takes longer for a long log. */
const gathering = { least: 100, perLine: 0.01 } as const;

const nothing: LogState = { lines: [], count: 0, error: undefined, hasEnded: false };

/** Reads a log while the view is shown. @param url empty: none */
export function useLog(url: string): LogState {
  const [state, setState] = useState(nothing);
  useEffect(() => {
    setState(nothing);
    if (url === '') return undefined;
    const controller = new AbortController();
    const lines: NumberedLine[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (error: unknown, hasEnded: boolean): void => {
      clearTimeout(timer);
      timer = undefined;
      if (!controller.signal.aborted) setState({ lines, count: lines.length, error, hasEnded });
    };
    const read = async (): Promise<void> => {
      for await (const more of readLog(url, controller.signal)) {
        for (const line of more) lines.push({ number: lines.length + 1, line, lower: line.text.toLowerCase() });
        timer ??= setTimeout(() => show(undefined, false), gathering.least + gathering.perLine * lines.length);
        if (lines.length >= mostLines) break;
      }
      show(undefined, true);
    };
    read().catch((error: unknown) => show(error, true));
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [url]);
  return state;
}
