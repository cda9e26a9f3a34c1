import { escapeControls } from '../domain/core/log-text.ts';
import type { Redactor } from '../domain/core/secret.ts';
import type { Log } from '../domain/core/log.ts';

export type LogFormat = 'text' | 'json';
type Level = 'debug' | 'info' | 'warn';

/** Milliseconds between progress lines where no terminal can redraw one. */
const progressInterval = 3000;
const barWidth = 24;

export interface LogOptions {
  readonly redactor: Redactor;
  readonly format: LogFormat;
  readonly debug: boolean;
  /** Receives whole lines; also the sign whether a live line can be drawn. */
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly now: () => number;
}

/** A log for people (plain text) or programs (`json`: one object a line), always redacted and escaped. */
export function createLog({ redactor, format, debug, stream, now }: LogOptions): Log {
  const live = stream.isTTY === true && format === 'text';
  let barShown = false;
  let lastProgress = -Infinity;

  function print(level: Level, message: string): void {
    const text = escapeControls(redactor.redact(message));
    const clear = barShown ? '\r\u001b[K' : '';
    barShown = false;
    stream.write(clear + (format === 'json' ? formatJson(level, text, now()) : formatText(level, text)) + '\n');
  }

  return {
    redactor,
    debug(message) {
      if (debug) print('debug', message);
    },
    info(message) {
      print('info', message);
    },
    warn(message) {
      print('warn', message);
    },
    progress(done, total, message) {
      if (live) {
        stream.write(`\r\u001b[K${drawBar(done, total)} ${escapeControls(redactor.redact(message))}`);
        barShown = true;
        return;
      }
      if (done < total && now() - lastProgress < progressInterval) return;
      lastProgress = now();
      print('info', `${String(done)}/${String(total)} ${message}`);
    },
  };
}

function formatText(level: Level, text: string): string {
  return level === 'info' ? text : `${level}: ${text}`;
}

function formatJson(level: Level, message: string, time: number): string {
  return JSON.stringify({ time: new Date(time).toISOString(), level, message });
}

function drawBar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${String(done)}/${String(total)}`;
}
