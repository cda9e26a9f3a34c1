import { useEffect, useState } from 'react';

import type { ShownLine } from '../../../src/domain/runs/shown-line.ts';
import { readLog } from './read-log.ts';

export interface LogState {
  /** The same array, which grows. */
  readonly lines: readonly ShownLine[];
  /** The number of lines, which changes when the array has grown. */
  readonly count: number;
  readonly error: unknown;
  /** Whether all lines are there. */
  readonly hasEnded: boolean;
}

/** Lines that a page keeps. */
const mostLines = 200_000;
/** Milliseconds in which new lines become one change of the page. */
const gathering = 100;

const nothing: LogState = { lines: [], count: 0, error: undefined, hasEnded: false };

/** Reads a log while the view is shown. @param url empty: none */
export function useLog(url: string): LogState {
  const [state, setState] = useState(nothing);
  useEffect(() => {
    setState(nothing);
    if (url === '') return undefined;
    const controller = new AbortController();
    const lines: ShownLine[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (error: unknown, hasEnded: boolean): void => {
      clearTimeout(timer);
      timer = undefined;
      if (!controller.signal.aborted) setState({ lines, count: lines.length, error, hasEnded });
    };
    const read = async (): Promise<void> => {
      for await (const more of readLog(url, controller.signal)) {
        for (const line of more) lines.push(line);
        timer ??= setTimeout(() => show(undefined, false), gathering);
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
