import { arrayAt, isObject, isEqualJson, valueAt, type JsonObject } from '../core/json-object.ts';
import { objectAt } from '../core/object-at.ts';

/** A piece of a document of an image. */
export interface ImageText {
  /** `image config`, `environment NAME`, `label NAME`, `annotation NAME`, `history`, `start command`: places of findings. */
  readonly place: string;
  readonly text: string;
  /** Whether the base image has it too: then everybody who can pull the base image can read it. */
  readonly isBase: boolean;
}

const ownPlaces = new Set(['Env', 'Labels', 'Entrypoint', 'Cmd']);

/** All texts of the configuration and the manifest, so that nothing of them is pushed without a look at it. */
export function imageTexts({
  config,
  base,
  annotations,
}: {
  readonly config: JsonObject;
  /** Configuration of the base image. */
  readonly base: unknown;
  readonly annotations: JsonObject;
}): readonly ImageText[] {
  const start = objectAt(config, 'config');
  const variables = arrayAt(start, 'Env').map(String);
  const baseVariables = new Set(arrayAt(base, 'config', 'Env'));
  const baseHistory = arrayAt(base, 'history');
  return [
    ...variables.map((text) => piece(`environment ${text.split('=', 1).join('')}`, text, baseVariables.has(text))),
    ...entriesOf(objectAt(start, 'Labels')).map(([name, text]) =>
      piece(`label ${name}`, text, valueAt(base, 'config', 'Labels', name) === text),
    ),
    ...entriesOf(annotations).map(([name, text]) => piece(`annotation ${name}`, text, false)),
    ...arrayAt(config, 'history').map((entry, index) =>
      piece('history', textOf(entry), index < baseHistory.length && isEqualJson(entry, baseHistory[index])),
    ),
    ...['Entrypoint', 'Cmd'].flatMap((name) =>
      arrayAt(start, name).map((text) =>
        piece('start command', String(text), isEqualJson(valueAt(start, name), valueAt(base, 'config', name))),
      ),
    ),
    ...restOf(config, start).map(([name, value, found]) =>
      piece('image config', `${name}: ${textOf(value)}`, isEqualJson(value, found(base))),
    ),
  ];
}

type Rest = readonly [name: string, value: unknown, inBase: (base: unknown) => unknown];

/** Health check, working folder, author and whatever else a configuration may have. */
function restOf(config: JsonObject, start: JsonObject): readonly Rest[] {
  const outer = Object.entries(config)
    .filter(([name]) => !['config', 'history', 'rootfs'].includes(name))
    .map(([name, value]): Rest => [name, value, (base) => valueAt(base, name)]);
  const inner = Object.entries(start)
    .filter(([name]) => !ownPlaces.has(name))
    .map(([name, value]): Rest => [name, value, (base) => valueAt(base, 'config', name)]);
  return [...outer, ...inner];
}

function piece(place: string, text: string, isBase: boolean): ImageText {
  return { place, text, isBase };
}

function entriesOf(object: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(object).map(([name, value]) => [name, textOf(value)]);
}

/** A secret is to be found as it is, not with the quotes and escapes of JSON: all strings, a line each. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (isObject(value))
    return Object.entries(value)
      .flatMap(([name, member]) => [name, textOf(member)])
      .join('\n');
  return JSON.stringify(value);
}
