import { readDocument } from '../core/parse-document.ts';
import { stringAt, type JsonObject } from '../core/json-object.ts';
import { textsAt, type Resource } from '../kube/resource.ts';
import { isDigest, parseImageReference, type ImageLocation } from '../oci/image-location.ts';
import { validateExportRecord } from '../schemas/validators/export-record.ts';
import type { ExportEntry } from './export-entry.ts';

/** Label of the ConfigMap of an export; its value is the id. */
export const exportLabel = 'crane-tasks.dev/export';
/** Key of the ConfigMap that has the record, as schemas/export-record.schema.json describes it. */
export const recordKey = 'export.json';

/** A record as its ConfigMap has it. */
export interface StoredExport {
  readonly entry: ExportEntry;
  /** The run that works on it, or the last one that did. */
  readonly owner: string;
  /** Of the ConfigMap. */
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Name of the ConfigMap of an export. */
export function recordName(id: string): string {
  return `export-${id}`;
}

/** Whether a text can be the id of an export: it is part of a tag, of a label and of the name of a ConfigMap. */
export function isExportId(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(text);
}

/** The ConfigMap of an export, without a version. */
export function formatRecord({ namespace, isPublic, ...entry }: ExportEntry, owner: string): Resource {
  const record = { schemaVersion: 1, ...entry, ...(isPublic === undefined ? {} : { isPublic }), owner };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: recordName(entry.id),
      namespace,
      labels: { 'app.kubernetes.io/part-of': 'crane-tasks', [exportLabel]: entry.id },
    },
    data: { [recordKey]: `${JSON.stringify(record, undefined, 2)}\n` },
  };
}

/**
 * Reads the ConfigMap of an export. All users with access to the namespace can write it, so nothing in it is trusted:
 * the image, its digest and the id must be valid.
 * @returns undefined for a ConfigMap that is not the record of an export
 */
export function readRecord(resource: Resource): StoredExport | undefined {
  const record = readDocument(stringAt(resource, 'data', recordKey) ?? '', validateExportRecord);
  if (record === undefined || textsAt(resource, 'labels')[exportLabel] !== record.id) return undefined;
  if (recordName(record.id) !== resource.metadata.name || parseExportImage(record.image) === undefined)
    return undefined;
  const { id, name, workload, state, message, image, digest, size, created, updated, owner } = record;
  const { workspaceIncluded, isPublic, run } = record;
  const { namespace = '' } = resource.metadata;
  const known = { id, name, namespace, workload, state, message, image, digest, size, created, updated };
  return { entry: { ...known, workspaceIncluded, isPublic, run }, owner, ...versionOf(resource.metadata) };
}

/** UID and version of an object, for a write that must not replace the change of another client. */
export function versionOf(metadata: JsonObject): Pick<StoredExport, 'uid' | 'resourceVersion'> {
  return { uid: stringAt(metadata, 'uid') ?? '', resourceVersion: stringAt(metadata, 'resourceVersion') ?? '' };
}

/** The image of an export: a registry, a repository and a tag. */
export interface ExportImage extends ImageLocation {
  readonly tag: string;
}

/** @returns undefined for a text without a registry or tag, or with a digest */
export function parseExportImage(text: string): ExportImage | undefined {
  const { host, path, tag, digest } = parseImageReference(text) ?? {};
  if (host === undefined || path === undefined || tag === undefined || digest !== undefined) return undefined;
  return { host, path, tag };
}

/** The image of an entry that was read or is written: its text was checked. */
export function imageOf({ image }: Pick<ExportEntry, 'image'>): ExportImage {
  return parseExportImage(image) ?? { host: '', path: image, tag: '' };
}

/** `registry/repository@digest`; the name with the tag until the digest is known. */
export function pinnedImageOf(entry: Pick<ExportEntry, 'image' | 'digest'>): string {
  const { host, path } = imageOf(entry);
  return isDigest(entry.digest) ? `${host}/${path}@${entry.digest}` : entry.image;
}
