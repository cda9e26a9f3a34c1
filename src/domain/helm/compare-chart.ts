import { isObject, ownValue, type JsonObject } from '../core/json-object.ts';
import type { ChartFiles } from './chart-files.ts';
import { numberOf } from './number-text.ts';
import type { ChartFile, ReleaseChart } from './release.ts';

/** A chart that was read from an archive. */
export interface ChartContent {
  /** Chart.yaml. */
  readonly metadata: JsonObject;
  /** The default values; those of subcharts are not merged into them. */
  readonly values: JsonObject;
  readonly files: ChartFiles;
  readonly subcharts: readonly Subchart[];
}

export interface Subchart extends ChartContent {
  /** Names by which the parent chart uses it: its own name, or its aliases. */
  readonly names: readonly string[];
}

/** Text for people only: templates do not read it. */
const documentation = /^(?:README|LICENSE|NOTICE|CHANGELOG|\.helmignore)|\.md$/i;
const ownFiles: ReadonlySet<string> = new Set(['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json']);
const dependencyFile = /^requirements\.(?:yaml|lock)$/;

/**
 * What of a chart differs from the chart of a release: paths of files, and `values.yaml` with the key. Line breaks and byte
 * order marks do not count, nor does documentation.
 */
export function differencesOf(release: ReleaseChart, found: ChartContent): readonly string[] {
  const expected = new Map(
    [...release.templates, ...release.files].filter(isCompared).map((file) => [file.path, file]),
  );
  const present = new Map(
    [...found.files]
      .map(([path, content]) => ({ path, content }))
      .filter(isCompared)
      .map((file) => [file.path, file]),
  );
  const paths = [...new Set([...expected.keys(), ...present.keys()])].sort();
  const files = paths.filter((path) => textOf(expected.get(path)) !== textOf(present.get(path)));
  const schema = found.files.get('values.schema.json');
  return [
    ...(['name', 'version'] as const).flatMap((key) =>
      found.metadata[key] === release[key] ? [] : [`Chart.yaml: ${key}`],
    ),
    ...files,
    ...(decode(schema) === decode(release.schema) ? [] : ['values.schema.json']),
    ...differentValues(release.values, found).map((key) => `values.yaml: ${key}`),
  ];
}

function isCompared({ path }: ChartFile): boolean {
  if (ownFiles.has(path) || path.startsWith('charts/') || dependencyFile.test(path)) return false;
  return path.startsWith('templates/') || !documentation.test(path);
}

function textOf(file: ChartFile | undefined): string | undefined {
  return decode(file?.content);
}

/** A byte order mark of UTF-8, as latin1 decodes it. Helm drops it from files (`LoadArchiveFiles` of pkg/chart/loader). */
const byteOrderMark = /^\u00ef\u00bb\u00bf/;

// Files of a chart are compared as bytes; latin1 keeps each of them.
function decode(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined;
  return new TextDecoder('latin1').decode(content).replace(byteOrderMark, '').replaceAll('\r\n', '\n');
}

/**
 * Keys whose default value differs. With dependencies, Helm stores the default values of the chart merged with those of
 * its subcharts (`processImportValues` of pkg/chartutil/dependencies.go), so that keys of these may come on top.
 */
function differentValues(stored: JsonObject, { metadata, values, subcharts }: ChartContent): readonly string[] {
  const different = compareValues(stored, values, '');
  const withSubcharts = Array.isArray(metadata['dependencies']) || subcharts.length > 0;
  return withSubcharts
    ? different.filter(({ isExtra }) => !isExtra).map(({ key }) => key)
    : different.map(({ key }) => key);
}

interface Different {
  readonly key: string;
  /** Only the release has it. */
  readonly isExtra: boolean;
}

function compareValues(stored: unknown, found: unknown, key: string): readonly Different[] {
  // Helm deletes keys that are null when it merges values.
  if ((stored ?? null) === null && (found ?? null) === null) return [];
  if ((found ?? null) === null) return isEmpty(stored) ? [] : [{ key, isExtra: true }];
  if (isMap(stored) && isMap(found)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(found)])].sort();
    return keys.flatMap((name) =>
      compareValues(ownValue(stored, name), ownValue(found, name), key === '' ? name : `${key}.${name}`),
    );
  }
  if ((stored ?? null) === null) return isEmpty(found) ? [] : [{ key, isExtra: false }];
  return isEqualValue(stored, found) ? [] : [{ key, isExtra: false }];
}

function isMap(value: unknown): value is JsonObject {
  return isObject(value) && numberOf(value) === undefined;
}

function isEmpty(value: unknown): boolean {
  return isMap(value) && Object.keys(value).length === 0;
}

function isEqualValue(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return (
      one.length === other.length && one.every((item, index) => compareValues(item, other[index], '').length === 0)
    );
  const [number, otherNumber] = [numberOf(one), numberOf(other)];
  if (number !== undefined && otherNumber !== undefined) return number === otherNumber;
  return one === other;
}
