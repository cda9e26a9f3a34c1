import { stringAt } from '../core/json-object.ts';
import { escapeControls } from '../core/log-text.ts';
import { parseJson } from '../core/parse-json.ts';

export type LineLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line of a log for a page. */
export interface ShownLine {
  /** RFC 3339 as the kubelet has it; empty when it was not asked for. */
  readonly time: string;
  /** Undefined: not a line of a log in the format `json`. */
  readonly level: LineLevel | undefined;
  /** Without control characters; cut. */
  readonly text: string;
  /** Characters that are not shown. */
  readonly left: number;
}

/** Characters of a line that are shown. */
const longest = 4000;
const time = /^\d{4}-\d\d-\d\dT\S{1,40}Z /;
// Select Graphic Rendition, of ECMA-48: colours.
const colours = /\u001b\[[\d;]*m/g;

/**
 * Reads a line of a log with times. A line of the format `json` is shown as its message. The text may be put on a page as
 * text: nothing in it moves a cursor or reorders it.
 * @param left characters that the reader has left out already
 */
export function showLine(line: string, left = 0): ShownLine {
  const found = time.exec(line)?.[0] ?? '';
  const raw = line.slice(found.length);
  const { level, message } = readMessage(raw, left);
  const shown = escapeControls(message.slice(0, longest).replaceAll(colours, ''));
  return { time: found.trimEnd(), level, text: shown, left: left + Math.max(0, message.length - longest) };
}

function readMessage(raw: string, left: number): { readonly level: LineLevel | undefined; readonly message: string } {
  const value = raw.startsWith('{') && left === 0 ? parseJson(raw) : undefined;
  const level = levelOf(stringAt(value, 'level'));
  const message = stringAt(value, 'message');
  return level === undefined || message === undefined ? { level: undefined, message: raw } : { level, message };
}

function levelOf(text: string | undefined): LineLevel | undefined {
  return text === 'debug' || text === 'info' || text === 'warn' || text === 'error' ? text : undefined;
}
