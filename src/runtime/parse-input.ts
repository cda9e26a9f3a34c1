import { resolve } from 'node:path';

import { parseCommaList, toCommaList, toTextList } from '../domain/core/comma-list.ts';
import { TaskError } from '../domain/core/errors.ts';
import { ownValue } from '../domain/core/json-object.ts';
import { knownValue, type Param, type RawInput, type StringParam } from './define-task.ts';
import type { CommandTask } from './options.ts';

/** Flag values as given on the command line; absent flags are undefined. */
export type Flags = Readonly<Record<string, string | undefined>>;

const digest = /^sha256:[0-9a-f]{64}$/;

/**
 * Checks flags against a definition. All problems of an input are reported at once.
 * @param isInPod a param with `requiredInPod` is optional elsewhere
 * @throws TaskError `invalid-param`
 */
export function parseInput(task: CommandTask, flags: Flags, { isInPod }: { isInPod: boolean }): RawInput {
  const problems: string[] = [];
  const params = new Map<string, string | boolean | number | undefined>();
  for (const [name, param] of Object.entries(task.params)) {
    const isOptional = !isInPod && param.type === 'string' && param.requiredInPod === true;
    const value = parseParam(param, ownValue(flags, name) ?? (isOptional ? '' : undefined));
    if (value instanceof Problem) problems.push(`--${name}: ${value.text}`);
    else params.set(name, knownValue(param, value));
  }
  const workspaces = parseWorkspaces(task, flags, problems);
  if (problems.length > 0) {
    throw new TaskError('invalid-param', `reading parameters: ${problems.join('; ')}`, {
      remedy: `Run 'crane-tasks ${task.name} --help' for the parameters and their formats.`,
    });
  }
  return { params: Object.fromEntries(params), workspaces };
}

class Problem {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function parseParam(param: Param, given: string | undefined): string | boolean | number | Problem {
  if (given === undefined) return param.default ?? new Problem('required, but not given');
  switch (param.type) {
    case 'string':
      return param.list === true ? parseList(given, param) : parseChoice(given, param.choices);
    case 'boolean':
      if (given === 'true') return true;
      return given === 'false' ? false : new Problem(`expected true or false, got ${JSON.stringify(given)}`);
    case 'integer': {
      const { minimum, maximum } = param;
      const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= minimum && value <= maximum) return value;
      const range = `${String(minimum)} to ${String(maximum)}`;
      return new Problem(`expected a whole number from ${range}, got ${JSON.stringify(given)}`);
    }
  }
}

function parseChoice(given: string, choices: readonly string[] | undefined): string | Problem {
  if (choices === undefined || choices.includes(given)) return given;
  const known = choices.map((choice) => (choice === '' ? 'nothing' : choice)).join(', ');
  return new Problem(`expected one of ${known}, got ${JSON.stringify(given)}`);
}

function parseList(given: string, { digests, allowsCommas, isSecret }: StringParam): string | Problem {
  const list = allowsCommas === true ? toTextList(given) : toCommaList(given);
  const form = `entries with commas, or a JSON array of texts${allowsCommas === true ? '' : ' without any'}`;
  const got = isSecret === true ? '' : `, got ${JSON.stringify(given)}`;
  if (list === undefined) return new Problem(`expected ${form}${got}`);
  const invalid = digests === true ? parseCommaList(list).find((entry) => !digest.test(entry)) : undefined;
  if (invalid === undefined) return list;
  return new Problem(`expected sha256: and 64 hexadecimal digits, got ${JSON.stringify(invalid.slice(0, 100))}`);
}

function parseWorkspaces(task: CommandTask, flags: Flags, problems: string[]): RawInput['workspaces'] {
  const workspaces = new Map<string, string | undefined>();
  for (const [name, workspace] of Object.entries(task.workspaces)) {
    const given = ownValue(flags, workspace.flag) ?? workspace.defaultPath ?? '';
    if (given === '' && workspace.optional !== true) problems.push(`--${workspace.flag}: required, but not given`);
    workspaces.set(name, given === '' ? undefined : resolve(given));
  }
  return Object.fromEntries(workspaces);
}
