import {
  boolCoreTag,
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  floatCoreTag,
  intCoreTag,
  mapTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
  timestampTag,
} from 'js-yaml';

import { isObject } from '../../domain/core/json-object.ts';
import { keyText, readNumber } from './kubernetes-scalars.ts';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

const intTag = defineScalarTag(intCoreTag.tagName, {
  ...intCoreTag,
  implicitFirstChars: ['-', '+', ...digits],
  resolve: (text) => {
    const number = readNumber(text);
    return number?.kind === 'integer' ? number.value : NOT_RESOLVED;
  },
});

const floatTag = defineScalarTag(floatCoreTag.tagName, {
  ...floatCoreTag,
  implicitFirstChars: ['-', '+', '.', ...digits],
  resolve: (text) => {
    const number = readNumber(text);
    return number === undefined ? NOT_RESOLVED : Number(number.value);
  },
});

/**
 * Stands for a plain `<<` until its place decides: a merge key, or a string as a value. The name of the tag is not that of
 * YAML's merge tag, whose order of precedence js-yaml fixes.
 */
const mergeMark = Symbol('<<');

const mergeTag = defineScalarTag('tag:crane-tasks,merge', {
  implicit: true,
  implicitFirstChars: ['<'],
  resolve: (text) => (text === '<<' ? mergeMark : NOT_RESOLVED),
  identify: () => false,
});

/** What a plain scalar means that is not a key. */
export function valueOf(value: unknown): unknown {
  return value === mergeMark ? '<<' : value;
}

// Both collections have a finalize function: with it js-yaml refuses an alias to a collection that contains the alias.
const listTag = defineSequenceTag<unknown[]>(seqTag.tagName, {
  ...seqTag,
  addItem: (list, item) => {
    list.push(valueOf(item));
  },
  finalize: (list) => list,
});

interface MapCarrier {
  readonly map: Record<string, unknown>;
  /** Keys that a merge key added: the same key may follow. */
  merged?: Set<string>;
}

function objectTag(allowsMerge: boolean) {
  return defineMappingTag<MapCarrier, Record<string, unknown>>(mapTag.tagName, {
    create: () => ({ map: {} }),
    addPair: (carrier, key, value) => {
      if (key === mergeMark) return allowsMerge ? merge(carrier, value) : 'merge keys are not allowed here';
      const text = keyText(key);
      if (text === undefined) return 'expected a key that is a string, a boolean or a number';
      carrier.merged?.delete(text);
      return mapTag.addPair(carrier.map, text, valueOf(value));
    },
    has: ({ map, merged }, key) => {
      const text = keyText(key);
      return text !== undefined && Object.hasOwn(map, text) && merged?.has(text) !== true;
    },
    keys: (map) => Object.keys(map),
    get: (map, key) => mapTag.get(map, key),
    finalize: ({ map }) => map,
    identify: mapTag.identify,
  });
}

/** As go-yaml 2 does it: maps of a list from the last to the first, each over the keys that are there already. */
function merge(carrier: MapCarrier, value: unknown): string {
  const maps: readonly unknown[] = Array.isArray(value) ? value.toReversed() : [value];
  for (const map of maps) {
    if (!isObject(map)) return 'expected a map, or a list of maps, behind a merge key';
    for (const [key, merged] of Object.entries(map)) {
      mapTag.addPair(carrier.map, key, merged);
      carrier.merged = (carrier.merged ?? new Set()).add(key);
    }
  }
  return '';
}

/** kustomize replaces a plain date in the configuration of a plugin by a time, which is hardly what the author meant. */
const dateTag = defineScalarTag(timestampTag.tagName, {
  implicit: true,
  implicitFirstChars: digits,
  resolve: (text) => {
    if (/^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/.test(text)) throw new Error('expected quotes around a date');
    return NOT_RESOLVED;
  },
  identify: () => false,
});

/** go-yaml gives the text that is encoded. */
const binaryTag = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (text) => {
    const base64 = text.replaceAll(/[\r\n]/g, '');
    if (!/^[A-Za-z\d+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0)
      throw new Error('expected base64 after !!binary');
    return Buffer.from(base64, 'base64').toString('utf8');
  },
  identify: () => false,
});

const scalarTags = [strTag, nullYaml11Tag, intTag, floatTag, mergeTag, binaryTag];

/** YAML as Kubernetes reads it; see readNumber. Values of the kinds that JSON has, and keys that are strings. */
export const kubernetesSchema = new Schema([...scalarTags, boolYaml11Tag, listTag, objectTag(true)]);

/** The same scalars, where a merge key is an error. */
export const strictSchema = new Schema([...scalarTags, boolYaml11Tag, listTag, objectTag(false)]);

/** As kustomize reads configurations of plugins, with go-yaml 3: words such as `on` are strings. */
export const pluginSchema = new Schema([...scalarTags, boolCoreTag, dateTag, listTag, objectTag(false)]);
