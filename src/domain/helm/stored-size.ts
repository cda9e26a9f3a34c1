import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { stringifyExactly } from '../kube/exact-integers.ts';

/** Kubernetes refuses a Secret with more bytes of data (core/v1 `MaxSecretSize`). */
export const mostStored = 1024 * 1024;

/** Gzip at its highest level, as helm does it. */
export type Compress = (text: string) => Uint8Array;

/** A file of the chart or a value, with the bytes that it takes in the stored release. */
export interface StoredPart {
  /** As in `file data/big.bin`, `template templates/web.yaml` or `value web.config`. Never content. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * The bytes of data of the Secret in which helm stores a release: base64 of gzip of its JSON
 * (helm.sh/helm/v3/pkg/storage/driver/util.go). The figure differs from helm's by a few in a thousand, because Go
 * compresses in another way.
 */
export function storedSizeOf(release: JsonObject, compress: Compress): number {
  return base64Length(compress(stringifyExactly(release)).length);
}

/** The parts of a release that take the most bytes, largest first. */
export function largestParts(release: JsonObject, compress: Compress, most = 3): readonly StoredPart[] {
  const parts = [
    ...filesOf(release, 'files', 'file'),
    ...filesOf(release, 'templates', 'template'),
    ...leavesOf(valueAt(release, 'config'), 'value'),
    ...leavesOf(valueAt(release, 'chart', 'values'), 'default value'),
  ];
  const candidates = parts.sort((a, b) => b.text.length - a.text.length).slice(0, most * 4);
  const measured = candidates.map(({ name, text }) => ({ name, bytes: base64Length(compress(text).length) }));
  return measured.sort((a, b) => b.bytes - a.bytes).slice(0, most);
}

interface Part {
  readonly name: string;
  readonly text: string;
}

function filesOf(release: JsonObject, list: string, kind: string): readonly Part[] {
  return arrayAt(release, 'chart', list).map((file) => ({
    name: `${kind} ${stringAt(file, 'name') ?? ''}`,
    text: stringAt(file, 'data') ?? '',
  }));
}

function leavesOf(value: unknown, kind: string, path = ''): readonly Part[] {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, kind, path === '' ? key : `${path}.${key}`));
  }
  return path === '' ? [] : [{ name: `${kind} ${path}`, text: stringifyExactly(value ?? null) }];
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
