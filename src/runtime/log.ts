import { escapeControls } from '../domain/core/log-text.ts';
import type { Redactor } from '../domain/core/secret.ts';
import type { Log } from '../domain/core/ports.ts';
import { createProgressBar } from './progress-bar.ts';

export type LogFormat = 'text' | 'json';
export type EndLevel = 'info' | 'error';
type Level = 'debug' | 'warn' | EndLevel;

export interface ProgramLog extends Log {
  /** Text that is redacted and escaped; in text format as it is, several lines included. */
  readonly end: (level: EndLevel, text: string) => void;
}

/** Prints why the programs cannot do what arguments ask for, in the format of the log that these name. */
export function printFailure(
  message: string,
  { args, stream, exitCode }: { args: readonly string[]; stream: LogOptions['stream']; exitCode: number },
): number {
  const isJson = / --log-format[= ]json /.test(` ${args.join(' ')} `);
  const text = `crane-tasks: ${message}`;
  stream.write(`${isJson ? formatJson('error', text, Date.now()) : text}\n`);
  return exitCode;
}

/** Milliseconds between progress lines where no terminal can redraw one. */
const progressInterval = 3000;
/** Of a terminal that does not report its width. */
const usualColumns = 80;
/** Return to the first column and clear the line. */
const clearLine = '\r\u001b[K';

export interface LogOptions {
  readonly redactor: Redactor;
  readonly format: LogFormat;
  readonly debug: boolean;
  /** Receives whole lines; also the sign whether a live line can be drawn. */
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly now: () => number;
}

/** A log for people (plain text) or programs (`json`: one object a line), always redacted and escaped. */
export function createLog({ redactor, format, debug, stream, now }: LogOptions): ProgramLog {
  const live = stream.isTTY === true && format === 'text';
  let barShown = false;
  let lastProgress = -Infinity;
  const drawBar = createProgressBar();

  function write(level: Level, text: string): void {
    const plain = level === 'info' || level === 'error' ? text : `${level}: ${text}`;
    const line = format === 'json' ? formatJson(level, text, now()) : plain;
    stream.write(`${barShown ? clearLine : ''}${line}\n`);
    barShown = false;
  }

  function print(level: Level, message: string): void {
    write(level, escapeControls(redactor.redact(message)));
  }

  return {
    redactor,
    debug: (message) => (debug ? print('debug', message) : undefined),
    info: (message) => print('info', message),
    warn: (message) => print('warn', message),
    progress(done, total, message) {
      if (live) {
        const progress = { done, total, message: redactor.redact(message), now: now() };
        stream.write(clearLine + drawBar(progress, stream.columns ?? usualColumns));
        barShown = true;
        return;
      }
      if (done < total && now() - lastProgress < progressInterval) return;
      lastProgress = now();
      print('info', `${String(done)}/${String(total)} ${message}`);
    },
    end: write,
  };
}

function formatJson(level: Level, message: string, time: number): string {
  return JSON.stringify({ time: new Date(time).toISOString(), level, message });
}
