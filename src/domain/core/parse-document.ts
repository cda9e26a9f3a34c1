import { closestTo } from './closest.ts';
import { TaskError } from './errors.ts';
import { ownValue } from './json-object.ts';
import { parseJson } from './parse-json.ts';

/** The part of a schema that says what a value must be. */
interface Expectation {
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** What is wrong at one place of a document, as ajv reports it. */
export interface Mismatch {
  /** JSON pointer (RFC 6901). */
  readonly instancePath: string;
  readonly params: { readonly missingProperty?: string; readonly additionalProperty?: string };
  /** Has the properties where one of them is missing. */
  readonly parentSchema: Expectation & { readonly properties: Readonly<Record<string, Expectation>> };
  readonly data: unknown;
}

/** Checks a document against its schema; after `false` it has what is wrong, and so parts of the document. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors: readonly Mismatch[];
}

export interface DocumentSource {
  /** For messages, for example `the image plan plan.json`. */
  readonly name: string;
  readonly remedy: string;
  /** Absent: `invalid-file`. */
  readonly code?: 'invalid-param';
  /** Absent: `quoted`. `hidden`: for a document whose values may be secret, the types of wrong values are named. */
  readonly values?: 'quoted' | 'hidden';
}

const mostProblems = 20;
const longestValue = 100;

/** Reads a JSON document, which may have more members. All problems are in one TaskError of the code of the source. */
export function parseDocument<T>(text: string, validate: Validator<T>, source: DocumentSource): T {
  const value = parseJson(text);
  if (validate(value)) return value;
  const mismatches = validate.errors.slice(0, mostProblems);
  const describe = source.values === 'hidden' ? typeOfValue : describeValue;
  const problems = value === undefined ? ['expected JSON'] : mismatches.map((each) => describeMismatch(each, describe));
  forget(validate);
  throw new TaskError(source.code ?? 'invalid-file', `reading ${source.name}: ${problems.join('; ')}`, {
    remedy: source.remedy,
  });
}

/** A JSON document that fits its schema; undefined for any other text. */
export function readDocument<T>(text: string, validate: Validator<T>): T | undefined {
  const value = parseJson(text);
  if (validate(value)) return value;
  forget(validate);
  return undefined;
}

/** A validator serves all users of a process: it must not keep the document of one. */
function forget(validate: Validator<unknown>): void {
  validate.errors = [];
}

function describeMismatch(
  { instancePath, params, parentSchema, data }: Mismatch,
  describe: (value: unknown) => string,
): string {
  const { missingProperty: missing, additionalProperty: unknown } = params;
  if (unknown !== undefined) {
    const known = Object.keys(parentSchema.properties);
    const meant = closestTo(unknown, known);
    const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
    return `${placeOf(`${instancePath}/${unknown.slice(0, longestValue)}`)}unknown member, ${hint}`;
  }
  if (missing === undefined)
    return `${placeOf(instancePath)}expected ${describeExpectation(parentSchema)}, got ${describe(data)}`;
  const expectation = ownValue(parentSchema.properties, missing);
  return `${placeOf(`${instancePath}/${missing}`)}expected ${describeExpectation(expectation)}, got none`;
}

function describeExpectation(expectation: Expectation = {}): string {
  if (expectation.const !== undefined) return JSON.stringify(expectation.const);
  return expectation.title ?? (expectation.enum ? `one of ${expectation.enum.join(', ')}` : String(expectation.type));
}

/** `images[0].source: ` for `/images/0/source`; nothing for the whole document. */
function placeOf(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  const place = parts.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  return place === '' ? '' : `${place.replace(/^\./, '')}: `;
}

function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function describeValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) return typeOfValue(value);
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
