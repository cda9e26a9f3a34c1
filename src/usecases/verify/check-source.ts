import type { ExportedFile, ExportIndex } from '../../domain/schemas/documents.ts';
import { stringifyExactly, canonicalJson } from '../../domain/kube/exact-integers.ts';
import { makeTextTable, type TextTable } from '../../domain/core/text-table.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { apiVersionOf, pluralWithGroup, type ApiKind } from '../../domain/kube/discovery.ts';
import { isExportable, parseAllowedGaps, type AllowedGaps } from '../../domain/export/exportable-kinds.ts';
import { contentOf } from '../../domain/transform/traces/content.ts';
import { describeResource, isResource, type Resource, keyOf } from '../../domain/kube/resource.ts';
import { arrayAt, stringAt, without } from '../../domain/core/json-object.ts';
import {
  isSealedSecret,
  unsealSecret,
  valuesOfSecret,
  withoutSealedFields,
  type Unseal,
  noteSecretValues,
} from '../../domain/export/sealed-secret.ts';
import { whiteoutPathOf } from '../../domain/transform/transform-layout.ts';
import { hideValues } from '../../domain/verify/hide-values.ts';
import { unifiedDiff } from './unified-diff.ts';
import { discoverAllKinds } from '../cluster/resolve-kinds.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import { asKindError } from '../export/failures.ts';
import { listObjects } from '../cluster/list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Folder, ReadList, YamlCodec } from '../../domain/core/ports.ts';
import { agree, disagree, type Finding } from './finding.ts';
import { kubernetesWhiteout, openshiftWhiteout } from '../../domain/transform/rules/left-out-rules.ts';
import { toTransformOptions } from '../../domain/transform/transform-options.ts';

/** The index of an export, whose files may be thousands. */
export interface KeptIndex extends Omit<ExportIndex, 'files'> {
  readonly files: ReadList<ExportedFile>;
}

interface CheckSourceInput {
  readonly index: KeptIndex;
  readonly exportFolder: Folder;
  /** Paths of whiteout markers: exported objects that were left out. */
  readonly markers: Pick<TextTable, 'find'>;
  /** Kinds that may be missing, as crane-export takes them. */
  readonly allowForbidden: string;
}

interface CheckSourcePorts {
  readonly cluster: Cluster;
  readonly yaml: YamlCodec;
  readonly unseal: Unseal;
  readonly log: Log;
}

interface Run extends CheckSourcePorts {
  readonly input: CheckSourceInput;
  readonly exported: ExportedObjects;
  /** Objects of the source. */
  readonly seen: TextTable;
  readonly gaps: AllowedGaps;
}

/** Exported objects by their key, without a copy of them. */
interface ExportedObjects {
  readonly find: (key: string) => ExportedFile | undefined;
}

const kindsAtOnce = 8;

/**
 * What changed at the source since the export: the namespace is read again, and each object whose version is another is
 * compared with the exported one. Resources that every move leaves out do not count.
 */
export async function checkSource(input: CheckSourceInput, ports: CheckSourcePorts): Promise<readonly Finding[]> {
  const exported = findByKey(input.index.files);
  const gaps = parseAllowedGaps(input.allowForbidden);
  const run: Run = { ...ports, input, exported, seen: makeTextTable(), gaps };
  const { kinds, unknown } = await discoverAllKinds(ports.cluster);
  // What the export left out as asked did not move: the source may change it.
  const chosen = kinds.filter(
    (kind) => isExportable(kind) && !input.index.leftOutKinds?.includes(pluralWithGroup(kind)),
  );
  const listed = await mapConcurrently(chosen, kindsAtOnce, (kind) => checkKind(kind, run));
  const unread = unknown
    .filter(({ group }) => !run.gaps.allowsGroup(group))
    .map((version) =>
      disagree({ id: `source: ${apiVersionOf(version)} (all kinds)`, reason: 'unreadable', message: version.reason }),
    );
  const broken = new Set(listed.flatMap(({ unreadKind }) => unreadKind ?? []));
  const deleted = await checkDeleted(run, broken);
  const findings = [...listed.flatMap(({ findings: found }) => found), ...unread, ...deleted];
  const same = agree(`source: namespace ${input.index.namespace}`, 'unchanged-since-export', {
    objects: run.seen.size(),
  });
  return findings.length === 0 ? [same] : findings;
}

function findByKey(files: ReadList<ExportedFile>): ExportedObjects {
  const keys = makeTextTable();
  /** By the number of the key. */
  const indexes: number[] = [];
  let index = 0;
  for (const file of files) {
    indexes[keys.add(keyOfFile(file))] = index;
    index += 1;
  }
  return {
    find: (key) => {
      const found = indexes[keys.find(key)];
      return found === undefined ? undefined : files.at(found);
    },
  };
}

interface CheckedKind {
  readonly findings: readonly Finding[];
  /** `<apiVersion> <kind>` of a kind that could not be listed. */
  readonly unreadKind?: string;
}

async function checkKind(kind: ApiKind, run: Run): Promise<CheckedKind> {
  let findings: Finding[] = [];
  const id = `${apiVersionOf(kind)} ${kind.kind}`;
  try {
    await listObjects(
      { cluster: run.cluster, kind, namespace: run.input.index.namespace },
      {
        take: async (objects) => {
          for (const object of objects) findings.push(...(await compareWithExport(object, run)));
          return stringifyExactly(objects).length;
        },
        refuse: ({ name, why }) =>
          findings.push(disagree({ id: `source: ${id} ${name}`, reason: 'unexpected-object', message: why })),
        restart: () => {
          findings = [];
        },
      },
    );
    return { findings };
  } catch (cause) {
    const error = asKindError(cause);
    const isAllowed = run.gaps.allowsGroup(kind.group) || (isForbidden(error) && run.gaps.allowsForbidden(kind));
    const finding = disagree({ id: `source: ${id}`, reason: 'unreadable', message: messageOf(error) });
    return { findings: isAllowed ? [] : [finding], unreadKind: id };
  }
}

async function compareWithExport(object: Resource, run: Run): Promise<readonly Finding[]> {
  const key = keyOfObject(object);
  run.seen.add(key);
  const file = run.exported.find(key);
  if (file !== undefined && file.resourceVersion !== '' && file.resourceVersion === versionOf(object)) return [];
  if (isLeftOut(file, run) || isNeverMoved(file === undefined ? object : withoutState(object))) return [];
  if (file !== undefined && object.metadata['deletionTimestamp'] !== undefined) {
    return [disagree({ id: idOf(object), reason: 'deleted-since-export', message: 'it is being deleted' })];
  }
  if (file === undefined) {
    return [disagree({ id: idOf(object), reason: 'added-since-export', message: 'it was made after the export' })];
  }
  const before = await readExported(file, run);
  if (before === undefined) {
    return [disagree({ id: idOf(object), reason: 'unreadable', message: `${file.path} of the export cannot be read` })];
  }
  return compareVersions(before, object, run);
}

/** The object without its state: one that travelled counts, also when it has ended or is being deleted since then. */
function withoutState(object: Resource): Resource {
  const { name } = object.metadata;
  const metadata = { ...without(object.metadata, (key) => key === 'deletionTimestamp'), name };
  return { ...object, metadata, status: undefined };
}

async function compareVersions(before: Resource, now: Resource, run: Run): Promise<readonly Finding[]> {
  const { first, second, hidden } = await makeComparable(before, now, run);
  if (canonicalJson(first) === canonicalJson(second)) return [];
  const [shownFirst, shownSecond] = hideValues(first, second);
  const diff = unifiedDiff(run.yaml.format(shownFirst), run.yaml.format(shownSecond), run.log.redactor);
  const message = `it was changed after the export${hidden}`;
  return [disagree({ id: idOf(now), reason: 'changed-since-export', message }, diff)];
}

/** A sealed Secret that cannot be opened is compared by its keys alone, and counts as changed when its version did. */
async function makeComparable(
  before: Resource,
  now: Resource,
  { unseal, log }: Run,
): Promise<{ first: Resource; second: Resource; hidden: string }> {
  try {
    const opened = await unsealSecret(before, unseal);
    noteSecretValues(opened, log.redactor);
    const [first, second] = [contentOf(opened), contentOf(now)];
    return { first, second, hidden: '' };
  } catch (error) {
    if (!(error instanceof TaskError) || !isSealedSecret(before)) throw error;
    const keysOnly = (secret: Resource): Resource => ({
      ...contentOf({ ...withoutSealedFields(secret), data: undefined }),
      keys: Object.keys(valuesOfSecret(secret)).sort(),
    });
    const first = { ...keysOnly(before), version: 'exported' };
    return {
      first,
      second: { ...keysOnly(now), version: 'now' },
      hidden: `; its values cannot be unsealed: ${error.message}`,
    };
  }
}

/** Exported objects that are there no more; a kind that could not be listed says nothing of its objects. */
async function checkDeleted(run: Run, unreadKinds: ReadonlySet<string>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const file of run.input.index.files) {
    if (
      run.seen.find(keyOfFile(file)) !== -1 ||
      unreadKinds.has(`${file.apiVersion} ${file.kind}`) ||
      file.namespace === ''
    )
      continue;
    const before = await readExported(file, run);
    if (before === undefined || isNeverMoved(before) || isLeftOut(file, run)) continue;
    findings.push(
      disagree({ id: idOf(before), reason: 'deleted-since-export', message: 'it was deleted after the export' }),
    );
  }
  return findings;
}

async function readExported({ path }: ExportedFile, { input, yaml }: Run): Promise<Resource | undefined> {
  const text = await input.exportFolder.read(path);
  const [resource] = text === undefined ? [] : yaml.parse(text, path);
  return isResource(resource) ? resource : undefined;
}

function isLeftOut(file: ExportedFile | undefined, { input }: Run): boolean {
  return file !== undefined && input.markers.find(whiteoutPathOf(file.path)) !== -1;
}

function versionOf(object: Resource): string {
  return stringAt(object, 'metadata', 'resourceVersion') ?? '';
}

function idOf(object: Resource): string {
  return `source: ${describeResource(object)}`;
}

function keyOfFile({ apiVersion, kind, namespace, name }: ExportedFile): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function keyOfObject({ apiVersion, kind, metadata }: Resource): string {
  return JSON.stringify([apiVersion, kind, metadata.namespace ?? '', metadata.name]);
}

const defaults = toTransformOptions({});

// Objects that others create, and objects that programs write all the time: a change of them does not count.
function isNeverMoved(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  if (group === 'coordination.k8s.io' && kind === 'Lease') return true;
  if (kind === 'Endpoints' || kind === 'EndpointSlice') return true;
  if (arrayAt(resource.metadata, 'ownerReferences').length > 0) return true;
  return kubernetesWhiteout(resource, defaults) !== undefined || openshiftWhiteout(resource, defaults) !== undefined;
}
