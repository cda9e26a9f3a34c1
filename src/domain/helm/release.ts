import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { objectAt } from '../core/object-at.ts';
import { TaskError } from '../core/errors.ts';
import { parseJsonWithNumberTexts } from './number-text.ts';

/** A file of a chart. Paths are relative to the folder of the chart, for example `templates/service.yaml`. */
export interface ChartFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A chart as a release has it: without its subcharts, and with the default values without their comments. */
export interface ReleaseChart {
  readonly name: string;
  readonly version: string;
  /** Chart.yaml, as JSON. */
  readonly metadata: JsonObject;
  readonly templates: readonly ChartFile[];
  /** All other files, except Chart.yaml, Chart.lock, values.yaml and values.schema.json. */
  readonly files: readonly ChartFile[];
  readonly values: JsonObject;
  /** values.schema.json. */
  readonly schema: Uint8Array | undefined;
  /** Chart.lock, as JSON. */
  readonly lock: JsonObject | undefined;
}

/** A hook of a release; tests are hooks too. */
export interface ReleaseHook {
  /** Template that it was rendered from, for example `shop/templates/migrate.yaml`. */
  readonly path: string;
  /** YAML. */
  readonly manifest: string;
}

/** A revision of a Helm 3 release. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** For example `deployed`. */
  readonly status: string;
  readonly chart: ReleaseChart;
  /** The values that the user gave, not merged with the default values. Numbers keep their text. */
  readonly config: JsonObject;
  /** YAML documents, each below a comment `# Source: <template>`. */
  readonly manifest: string;
  readonly hooks: readonly ReleaseHook[];
}

/** Decompresses gzip; throws any error for other bytes and for more than the limit of the adapter. */
export type Gunzip = (bytes: Uint8Array) => Uint8Array;

const gzipMark = [0x1f, 0x8b];

/**
 * Decodes the record of a release: base64 of gzip of JSON, as Helm 3 stores it in the key `release`
 * (pkg/storage/driver/util.go of helm.sh/helm/v3). Helm also reads records that are not compressed.
 * @param encoded the value without the base64 that Kubernetes adds to a Secret
 * @param source names the record, for messages
 * @throws TaskError `release-invalid`; the message never quotes the record
 */
export function decodeRelease(encoded: string, source: string, gunzip: Gunzip): Release {
  return parseRelease(decodeRecord(encoded, source, gunzip), source);
}

function decodeRecord(encoded: string, source: string, gunzip: Gunzip): unknown {
  const text = encoded.replaceAll(/\s/g, '');
  const bytes = fromBase64(text);
  if (text === '' || bytes === undefined) throw invalid(source, 'expected base64');
  const isPacked = gzipMark.every((byte, index) => bytes[index] === byte);
  let unpacked: Uint8Array;
  try {
    unpacked = isPacked ? gunzip(bytes) : bytes;
  } catch {
    throw invalid(source, 'its gzip data is damaged, cut short or split over several objects');
  }
  try {
    return parseJsonWithNumberTexts(new TextDecoder('utf-8', { fatal: true }).decode(unpacked));
  } catch {
    throw invalid(source, 'expected JSON');
  }
}

function parseRelease(record: unknown, source: string): Release {
  const text = (...path: readonly string[]): string => {
    const found = stringAt(record, ...path);
    if (found === undefined || found === '') throw invalid(source, `${path.join('.')} is missing`);
    return found;
  };
  const revision = valueAt(record, 'version');
  if (typeof revision !== 'number') throw invalid(source, 'version is missing');
  const chart = valueAt(record, 'chart');
  return {
    name: text('name'),
    namespace: text('namespace'),
    revision,
    status: text('info', 'status'),
    chart: {
      name: text('chart', 'metadata', 'name'),
      version: text('chart', 'metadata', 'version'),
      metadata: objectAt(chart, 'metadata'),
      templates: filesAt(chart, 'templates', source),
      files: filesAt(chart, 'files', source),
      values: objectAt(chart, 'values'),
      schema: bytesAt(chart, 'schema', source),
      lock: isObject(valueAt(chart, 'lock')) ? objectAt(chart, 'lock') : undefined,
    },
    config: objectAt(record, 'config'),
    manifest: stringAt(record, 'manifest') ?? '',
    hooks: arrayAt(record, 'hooks').map((hook) => ({
      path: stringAt(hook, 'path') ?? '',
      manifest: stringAt(hook, 'manifest') ?? '',
    })),
  };
}

function filesAt(chart: unknown, key: string, source: string): readonly ChartFile[] {
  return arrayAt(chart, key).map((file) => {
    const path = stringAt(file, 'name');
    if (path === undefined || path === '') throw invalid(source, `chart.${key} has a file without a name`);
    return { path, content: bytesAt(file, 'data', source) ?? new Uint8Array() };
  });
}

/** Go writes bytes as base64, and none as null. */
function bytesAt(value: unknown, key: string, source: string): Uint8Array | undefined {
  const text = stringAt(value, key);
  if (text === undefined || text === '') return undefined;
  const bytes = fromBase64(text);
  if (bytes === undefined) throw invalid(source, `${key} of a chart file is not base64`);
  return bytes;
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function invalid(source: string, why: string): TaskError {
  return new TaskError('release-invalid', `reading ${source}: ${why}`, {
    remedy:
      'Check the release with `helm history` and `helm get all`. Roll back or upgrade it with Helm 3, which writes a new record, then run again.',
  });
}
