import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import type { RunAnswer } from '../../api/migrations.ts';
import type { FeedPlace } from './open-feed.ts';
import { splitLines } from './split-lines.ts';

export interface LogTaker {
  /** Each line once, without its time. */
  readonly onLine: (line: string, task: string) => void;
  /** Lines that have reports, of a container that has ended. */
  readonly onReports: (lines: readonly string[]) => void;
}

export interface LogReader {
  /** Reads what the steps of a run log, from their beginning. */
  readonly follow: (run: RunAnswer) => void;
}

interface Container {
  /** In the Pipeline. */
  readonly task: string;
  readonly pod: string;
  readonly container: string;
}

/** Logs that are read at the same time. A run has few tasks at a time. */
const mostLogs = 6;
/** Bytes of one log: the kubelet keeps the last 10 MiB. */
const mostBytes = 16 * 1024 * 1024;
const longestLine = 64 * 1024;
/** Characters of reports that are kept until their end. */
const mostReports = 16 * 1024 * 1024;
const pauses = { first: 1000, longest: 30_000 } as const;
const reportLine = '{"event":"report",';

/** Reads the logs of all steps of a run that were started, a few at a time, until the place ends. */
export function createLogReader(place: FeedPlace, taker: LogTaker): LogReader {
  const seen = new Set<string>();
  const waiting: Container[] = [];
  let reading = 0;
  const startNext = (): void => {
    while (reading < mostLogs && !place.signal.aborted) {
      const next = waiting.shift();
      if (next === undefined) return;
      reading += 1;
      void readLog(next, place, taker)
        // An unexpected error ends this log, not the server.
        .catch((error: unknown) => place.session.log.warn(`log of ${next.pod}: ${String(error)}`))
        .finally(() => {
          reading -= 1;
          startNext();
        });
    }
  };
  return {
    follow: ({ tasks }) => {
      for (const { name, pod, steps } of tasks) {
        for (const { container } of pod === '' ? [] : steps) {
          const key = `${pod}/${container}`;
          if (seen.has(key)) continue;
          seen.add(key);
          waiting.push({ task: name, pod, container });
        }
      }
      startNext();
    },
  };
}

/** Reads one log to its end. After a break it continues behind the last line. */
async function readLog({ task, pod, container }: Container, place: FeedPlace, taker: LogTaker): Promise<void> {
  const { stream, namespace, signal } = place;
  const sleep = sleepUntil(signal, 'reading logs');
  const reports: string[] = [];
  let size = 0;
  let known = '';
  let last = '';
  let pause: number = pauses.first;
  const take = (timed: string): void => {
    const end = timed.indexOf(' ');
    const time = timed.slice(0, end);
    // The server counts whole seconds, so that a log which is continued begins with known lines.
    if (end < 0 || time <= known) return;
    last = time;
    pause = pauses.first;
    const line = timed.slice(end + 1);
    if (!line.startsWith(reportLine)) taker.onLine(line, task);
    else if ((size += line.length) <= mostReports) reports.push(line);
  };
  while (!signal.aborted) {
    known = last;
    const since = last === '' ? {} : { sinceTime: last };
    const options = { follow: true, timestamps: true, limitBytes: mostBytes, ...since };
    try {
      const log = stream.followLog({ pod: { namespace, name: pod }, container }, options, signal);
      for await (const line of splitLines(log, longestLine)) take(line);
      break;
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      // The pod is gone, or may not be read: the printed reports have the outcome.
      if (isRefusal(error, 404) || error.code === 'forbidden') break;
    }
    await sleep(pause).catch(() => undefined);
    pause = Math.min(pause * 2, pauses.longest);
  }
  if (reports.length > 0) taker.onReports(reports);
}
