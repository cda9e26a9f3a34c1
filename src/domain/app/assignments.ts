import { formatTextList, parseTextList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';

/** A variable or setting with its value. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** As the API server checks names of environment variables. */
const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/**
 * Reads `NAME=value` entries, each name once. A value may have any characters, if the list is a JSON array.
 * @param param names the list in messages, which show no value
 * @throws TaskError `invalid-param`
 */
export function parseAssignments(text: string, param: string): readonly Assignment[] {
  const found = new Map<string, string>();
  for (const [index, entry] of parseTextList(text).entries()) {
    const middle = entry.indexOf('=');
    const name = entry.slice(0, Math.max(0, middle));
    const where = `entry ${String(index + 1)}`;
    if (!isVariableName(name)) throw refuse(param, `${where}: expected NAME=value with a valid name`);
    if (found.has(name)) throw refuse(param, `${where}: ${name} is given twice`);
    found.set(name, entry.slice(middle + 1));
  }
  return [...found].map(([name, value]) => ({ name, value }));
}

/**
 * Writes a list that parseAssignments reads, for an argument of a container: Kubernetes replaces `$$` and `$(NAME)` there,
 * so that a dollar is written as JSON can write it.
 */
export function formatAssignments(assignments: readonly Assignment[]): string {
  const entries = assignments.map(({ name, value }) => `${name}=${value}`);
  const hasDollar = entries.some((entry) => entry.includes('$'));
  return hasDollar ? JSON.stringify(entries).replaceAll('$', '\\u0024') : formatTextList(entries);
}

/** Whether a text can name an environment variable. */
export function isVariableName(text: string): boolean {
  return variableName.test(text);
}

function refuse(param: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${why}`, {
    remedy: 'Write NAME=value entries with commas. If a value has a comma, write a JSON array: ["NAME=a,b"].',
  });
}
