import { escapeControls } from '../domain/core/log-text.ts';
import type { Redactor } from '../domain/core/secret.ts';
import type { Log, LoggedItem, ProgressSubject } from '../domain/core/ports.ts';
import { createProgressEvents, membersOfItem, type EventMembers } from './log-events.ts';
import { createProgressBar } from './progress-bar.ts';

export type LogFormat = 'text' | 'json';
export type EndLevel = 'info' | 'error';
type Level = 'debug' | 'warn' | EndLevel;

export interface ProgramLog extends Log {
  /** Text that is redacted and escaped; in text format as it is, several lines included. */
  readonly end: (level: EndLevel, text: string) => void;
  /** Clears the live line, before something else writes to the terminal. */
  readonly clearLive: () => void;
}

/** A Task has no option for the format: `podTemplate.env` of a run sets it for all of its steps. */
const formatVariable = 'CRANE_TASKS_LOG_FORMAT';

/** The format that an option names, else the environment. */
export function chooseFormat(named: LogFormat | undefined, environment: Environment): LogFormat {
  return named ?? (environment[formatVariable] === 'json' ? 'json' : 'text');
}

/** What is wrong with the format that the environment names. */
export function checkFormat(environment: Environment): string | undefined {
  const value = environment[formatVariable] ?? '';
  const isValid = ['', 'text', 'json'].includes(value);
  return isValid ? undefined : `${formatVariable}: expected text or json, got ${JSON.stringify(value)}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Failure {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stream: LogOptions['stream'];
  readonly exitCode: number;
}

/** Prints why the programs cannot do what arguments ask for, in the format of the log that these or the environment name. */
export function printFailure(message: string, { args, environment, stream, exitCode }: Failure): number {
  const named = / --log-format[= ](json|text) /.exec(` ${args.join(' ')} `)?.[1];
  const isJson = chooseFormat(named === 'json' || named === 'text' ? named : undefined, environment) === 'json';
  const text = `crane-tasks: ${message}`;
  stream.write(`${isJson ? formatJson({ level: 'error', message: text, time: Date.now() }) : text}\n`);
  return exitCode;
}

/** Milliseconds between progress lines where no terminal can redraw one. */
const progressInterval = 3000;
/** Milliseconds between lines about the progress of one item. */
const itemInterval = 5000;
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
export function createLog(options: LogOptions): ProgramLog {
  const { redactor, format, debug } = options;
  const clean = (text: string): string => escapeControls(redactor.redact(text));
  const { write, progress, item, clearLive } = format === 'json' ? openJson(options, clean) : openText(options, clean);
  const print = (level: Level, message: string): void => write(level, clean(message));
  return {
    redactor,
    debug: (message) => (debug ? print('debug', message) : undefined),
    info: (message) => print('info', message),
    warn: (message) => print('warn', message),
    progress: (done, total, subject) =>
      progress(done, total, typeof subject === 'string' ? { message: subject } : subject),
    item,
    end: write,
    clearLive,
  };
}

interface Format {
  /** Writes a text that is clean already. */
  readonly write: (level: Level, text: string) => void;
  readonly progress: (done: number, total: number, subject: ProgressSubject) => void;
  readonly item: Log['item'];
  readonly clearLive: () => void;
}

type Clean = (text: string) => string;

function openText({ redactor, stream, now }: LogOptions, clean: Clean): Format {
  let barShown = false;
  const shownAt = new Map<string, number>();
  const drawBar = createProgressBar();
  function write(level: Level, text: string): void {
    const plain = level === 'info' || level === 'error' ? text : `${level}: ${text}`;
    stream.write(`${barShown ? clearLine : ''}${plain}\n`);
    barShown = false;
  }
  function clearLive(): void {
    if (barShown) stream.write(clearLine);
    barShown = false;
  }
  /** Whether so long has passed since the last line of that name. */
  function isDue(name: string, interval: number): boolean {
    if (now() - (shownAt.get(name) ?? -Infinity) < interval) return false;
    shownAt.set(name, now());
    return true;
  }
  return {
    write,
    clearLive,
    progress(done, total, subject) {
      const { id, message = '' } = subject;
      if (id !== undefined) {
        if (message !== '' && isDue(id, itemInterval)) write('info', clean(message));
      } else if (stream.isTTY === true) {
        const isBytes = subject.totalBytes === total;
        const progress = { done, total, message: redactor.redact(message), now: now(), isBytes };
        stream.write(clearLine + drawBar(progress, stream.columns ?? usualColumns));
        barShown = true;
      } else if (isDue('', done < total ? progressInterval : 0)) {
        write('info', clean(describeProgress(done, total, subject)));
      }
    },
    item: (item, text) => (text === undefined ? undefined : write(levelOf(item), clean(text))),
  };
}

function openJson({ stream, now }: LogOptions, clean: Clean): Format {
  const nextEvent = createProgressEvents();
  function write(level: Level, message: string, members: EventMembers = {}): void {
    stream.write(`${formatJson({ level, message, time: now() }, members)}\n`);
  }
  function writeEvent(level: Level, message: string, members: EventMembers): void {
    const cleaned = Object.entries(members).map(([key, value]) => {
      return [key, typeof value === 'string' ? clean(value) : value] as const;
    });
    write(level, clean(message), Object.fromEntries(cleaned));
  }
  return {
    write,
    clearLive: () => undefined,
    progress(done, total, subject) {
      const event = nextEvent({ done, total, subject, now: now() });
      const { id, message = '' } = subject;
      const text = id === undefined ? describeProgress(done, total, subject) : message;
      if (event !== undefined) writeEvent('info', text, event);
    },
    item: (item, text) => writeEvent(levelOf(item), text ?? describe(item), membersOfItem(item)),
  };
}

/** A message about bytes has both numbers already. */
function describeProgress(done: number, total: number, { message = '', totalBytes }: ProgressSubject): string {
  return totalBytes === total ? message : `${String(done)}/${String(total)} ${message}`;
}

function levelOf({ outcome }: LoggedItem): Level {
  return outcome === 'failed' ? 'warn' : 'info';
}

function describe({ id, reason, message }: LoggedItem): string {
  return message === undefined ? `${reason} ${id}` : `${reason} ${id}: ${message}`;
}

interface Line {
  readonly level: Level;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

function formatJson({ level, message, time }: Line, event: EventMembers = {}): string {
  return JSON.stringify({ time: new Date(time).toISOString(), level, message, ...event });
}
