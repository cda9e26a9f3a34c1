import { isObject, stringAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import type { LogEvent } from '../schemas/documents.ts';
import { validateLogEvent } from '../schemas/validators/log-event.ts';

/** A line of the log of a task. */
export type LogLine =
  | { readonly kind: 'event'; readonly event: LogEvent; readonly text: string }
  | { readonly kind: 'message'; readonly text: string };

/** Our programs write no event that is longer. */
const longestEvent = 64 * 1024;

/**
 * Reads a line of a log. Any line that is not an event of schemas/log-event.schema.json is a message: text of other
 * programs, a log in text format, an event of a later version.
 * @param line without its line break
 */
export function parseLogLine(line: string): LogLine {
  const value = line.startsWith('{') && line.length <= longestEvent ? parseJson(line) : undefined;
  if (!isObject(value)) return { kind: 'message', text: line };
  if (validateLogEvent(value)) return { kind: 'event', event: value, text: value.message };
  // A validator serves all users of a process: it must not keep the line of one.
  validateLogEvent.errors = [];
  const message = stringAt(value, 'message');
  const isOfLog = stringAt(value, 'time') !== undefined && stringAt(value, 'level') !== undefined;
  return { kind: 'message', text: isOfLog && message !== undefined ? message : line };
}
