import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, ownValue, stringAt, type JsonObject } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import { exactInteger } from '../kube/exact-integers.ts';
import type { Assignment } from './assignments.ts';

/** A setting as an AppChart declares it. */
export interface SettingDeclaration {
  /** `string`, `bool`, `integer`, `number` or `map`; any other text is an error where the setting is used. */
  readonly type: string;
  /** Allowed values; empty: all. */
  readonly choices: readonly string[];
  /** Texts of numbers; empty for none. */
  readonly minimum: string;
  readonly maximum: string;
}

/** Declarations by the name of the setting. */
export type SettingDeclarations = ReadonlyMap<string, SettingDeclaration>;

/** Reads `spec.settings` of an AppChart; undefined for another structure. */
export function readSettings(value: unknown): SettingDeclarations | undefined {
  if (value === undefined || value === null) return new Map();
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  if (!entries.every(([, declaration]) => isObject(declaration))) return undefined;
  return new Map(entries.map(([name, declaration]) => [name, declarationOf(declaration)]));
}

function declarationOf(declaration: unknown): SettingDeclaration {
  return {
    type: stringAt(declaration, 'type') ?? '',
    choices: arrayAt(declaration, 'enum').map(String),
    minimum: stringAt(declaration, 'minimum') ?? '',
    maximum: stringAt(declaration, 'maximum') ?? '',
  };
}

/**
 * The settings with the types that an AppChart declares. An entry of a map is `NAME.key=value`, or the map is a JSON
 * object.
 * @param appChart its name, for messages
 * @throws TaskError `invalid-param`
 */
export function typedByDeclaration(
  settings: readonly Assignment[],
  declarations: SettingDeclarations,
  appChart: string,
): JsonObject {
  const values = new Map<string, unknown>();
  for (const { name, value } of settings) {
    const [setting, keys] = settingOf(name, declarations);
    const declaration = declarations.get(setting);
    if (declaration === undefined) throw unknownSetting(name, declarations, appChart);
    const problem = (why: string): TaskError => refuse(name, why, appChart);
    if (declaration.type !== 'map') values.set(setting, valueOf(value, declaration, problem));
    else values.set(setting, merged(values.get(setting), mapOf(value, keys, problem)));
  }
  return Object.fromEntries(values);
}

/** The declared setting that a name is of, and the keys below it, for maps only. */
function settingOf(name: string, declarations: SettingDeclarations): readonly [string, readonly string[]] {
  const [first = '', ...keys] = name.split('.');
  const isEntry = !declarations.has(name) && declarations.get(first)?.type === 'map';
  return isEntry ? [first, keys] : [name, []];
}

type Problem = (why: string) => TaskError;

function valueOf(text: string, { type, choices, minimum, maximum }: SettingDeclaration, problem: Problem): unknown {
  if (choices.length > 0 && type !== 'bool' && !choices.includes(text))
    throw problem(`expected one of ${choices.join(', ')}, got ${JSON.stringify(text)}`);
  switch (type) {
    case 'string':
      return text;
    case 'bool':
      return booleanOf(text, problem);
    case 'integer':
      if (!/^[-+]?\d{1,18}$/.test(text)) throw problem(`expected an integer, got ${JSON.stringify(text)}`);
      assertBetween(text, { minimum, maximum }, problem);
      return exactInteger(text.replace('+', ''));
    case 'number':
      assertBetween(text, { minimum, maximum }, problem);
      return numberOf(text, problem);
    default:
      throw problem(`the AppChart declares the unknown type ${JSON.stringify(type)}`);
  }
}

/** The texts that Go's strconv.ParseBool takes, as Epinio does. */
const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
};

function booleanOf(text: string, problem: Problem): boolean {
  const value = ownValue(booleans, text);
  if (value === undefined) throw problem(`expected true or false, got ${JSON.stringify(text)}`);
  return value;
}

function numberOf(text: string, problem: Problem): number {
  const value = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw problem(`expected a number, got ${JSON.stringify(text)}`);
  return value;
}

type Bounds = Pick<SettingDeclaration, 'minimum' | 'maximum'>;

function assertBetween(text: string, { minimum, maximum }: Bounds, problem: Problem): void {
  const value = numberOf(text, problem);
  const bound = (of: string): number =>
    numberOf(of, () => problem(`the AppChart declares the invalid limit ${JSON.stringify(of)}`));
  if (minimum !== '' && value < bound(minimum)) throw problem(`expected at least ${minimum}, got ${text}`);
  if (maximum !== '' && value > bound(maximum)) throw problem(`expected at most ${maximum}, got ${text}`);
}

function mapOf(text: string, keys: readonly string[], problem: Problem): JsonObject {
  if (keys.includes('')) throw problem('expected NAME.key=value');
  const value: unknown = keys.length > 0 ? text : parseJson(text);
  const whole = keys.reduceRight((inner, key) => ({ [key]: inner }), value);
  if (isObject(whole)) return whole;
  throw problem(`expected NAME.key=value or a JSON object, got ${JSON.stringify(text)}`);
}

/** Two maps with the entries of both; those of the second one win. */
function merged(one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return other;
  const both = Object.entries(other).map(([key, value]): [string, unknown] => [key, merged(ownValue(one, key), value)]);
  return { ...one, ...Object.fromEntries(both) };
}

function unknownSetting(name: string, declarations: SettingDeclarations, appChart: string): TaskError {
  const known = [...declarations.keys()].sort().join(', ');
  return new TaskError('invalid-param', `reading settings: ${name}: AppChart ${appChart} does not declare it`, {
    remedy: known === '' ? 'Leave the setting out: the AppChart has no settings.' : `Use the settings ${known}.`,
  });
}

function refuse(name: string, why: string, appChart: string): TaskError {
  return new TaskError('invalid-param', `reading settings: ${name}: ${why}`, {
    remedy: `Give a value as AppChart ${appChart} declares it.`,
  });
}
