import { closestTo } from '../core/closest.ts';
import { TaskError } from '../core/errors.ts';
import { isObject, ownValue, type JsonObject } from '../core/json-object.ts';
import { isVariableName, type Assignment } from './assignments.ts';

/**
 * A map of a file that is parsed as YAML whose scalars are texts, with its place. Its readers return undefined for a field
 * that is missing or empty, and throw TaskError `invalid-file` that names the field.
 */
export interface Section {
  /** Name of the file, for messages. */
  readonly source: string;
  /** As in `origin.git`; empty for the whole file. */
  readonly path: string;
  readonly map: JsonObject;
}

export function sectionOf(value: unknown, source: string, path: string): Section {
  if (value === undefined) return { source, path, map: {} };
  if (isObject(value)) return { source, path, map: value };
  throw refuse({ source, path: '' }, path === '' ? 'the document' : path, 'expected a map');
}

export function sectionAt(parent: Section, name: string): Section {
  return sectionOf(given(parent, name), parent.source, pathOf(parent, name));
}

export function textAt(section: Section, name: string): string | undefined {
  const value = given(section, name);
  if (value === undefined || typeof value === 'string') return value;
  throw refuse(section, name, 'expected a text');
}

export function countAt(section: Section, name: string): number | undefined {
  const text = textAt(section, name);
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw refuse(section, name, `expected a whole number, got ${JSON.stringify(text)}`);
}

export function listAt(section: Section, name: string): readonly string[] | undefined {
  const value = given(section, name);
  if (value === undefined) return undefined;
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.trim() !== '');
  if (!isList) throw refuse(section, name, 'expected a list of texts');
  return value.map(String);
}

/** Messages have no values: they may be secret. */
export function assignmentsAt(section: Section, name: string): readonly Assignment[] | undefined {
  const value = given(section, name);
  if (value === undefined) return undefined;
  if (!isObject(value)) throw refuse(section, name, 'expected a map of names and values');
  return Object.entries(value).map(([key, text]) => {
    if (!isVariableName(key)) throw refuse(section, name, `invalid name ${JSON.stringify(key)}`);
    if (typeof text !== 'string') throw refuse(section, `${name}.${key}`, 'expected a text');
    return { name: key, value: text };
  });
}

/** Fields that have no meaning here, each with the known field that is most similar. */
export function unknownFields({ map, path }: Section, known: readonly string[]): readonly string[] {
  const names = Object.keys(map).filter((name) => !known.includes(name));
  return names.map((name) => {
    const near = closestTo(name, known);
    return `${pathOf({ path }, name)}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
  });
}

/** An error about a field of a section. */
export function refuse({ source, path }: Pick<Section, 'source' | 'path'>, name: string, why: string): TaskError {
  const field = pathOf({ path }, name);
  return new TaskError('invalid-file', `reading ${source}: ${field}: ${why}`, { remedy: `Fix ${field} in ${source}.` });
}

function pathOf({ path }: Pick<Section, 'path'>, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function given({ map }: Section, name: string): unknown {
  const value = ownValue(map, name);
  return value === '' || value === '~' || value === 'null' ? undefined : value;
}
