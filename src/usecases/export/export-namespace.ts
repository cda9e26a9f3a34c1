import { remedyOfGaps } from '../../domain/export/gap-remedy.ts';
import { apiVersionOf, pluralWithGroup, type Discovered, type UnknownKinds } from '../../domain/kube/discovery.ts';
import { isExportable, parseAllowedGaps, type KindChoice } from '../../domain/export/exportable-kinds.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { countItems, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { exportIndexParts, indexPath } from '../../domain/export/export-index.ts';
import { failurePath, failuresFolder, resourcesFolder } from '../../domain/export/export-paths.ts';
import type { Sha256, Log, Folder, MakeList, StageFolders, YamlCodec } from '../../domain/core/ports.ts';
import { discoverAllKinds } from '../cluster/resolve-kinds.ts';
import { linesOf, noFiles } from './written-files.ts';
import { exportKind } from './export-kind.ts';
import type { ExportedKind, KindExport } from './kind-export.ts';
import { exportRelated, takeNotes } from './export-related.ts';
import { recordOfUnknown } from './failures.ts';
import type { SecretKeeping } from '../seal/keep-secrets.ts';
import { readClusterUid } from '../cluster/cluster-uid.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { isNamespaceName } from '../../domain/kube/resource.ts';
import { findNamespace } from '../cluster/find-object.ts';

interface ExportRequest {
  readonly namespace: string;
  /** Comma-separated `plural`, `plural.group` or `*.group` that may be missing. */
  readonly allowForbidden: string;
  /** As kubectl takes it, for every list; empty: all objects. */
  readonly labelSelector: string | undefined;
  readonly choice: KindChoice;
  /** Whether cluster-scoped objects that those of the namespace need are exported too. */
  readonly withRelated: boolean;
}

interface ExportPorts {
  readonly cluster: Cluster;
  /** The export folder. */
  readonly folder: Folder;
  readonly stage: StageFolders;
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  /** For what is kept of each object. */
  readonly makeList: MakeList;
  /** What becomes of Secrets; looks for the key that they are sealed for. */
  readonly openSecrets: () => Promise<SecretKeeping>;
  readonly log: Log;
}

type ExportResult = 'resource-count' | 'failure-count' | 'index-digest';

/** Each holds one page of objects; more would not be faster on one core. */
const kindsAtATime = 8;

/**
 * Writes every object of a namespace that can be taken along into the export folder, with an index. What an earlier
 * run left is replaced all at once, and only by an export that came to its end; running again gives identical bytes
 * for identical objects.
 * @throws TaskError for a namespace that does not exist, and for all that lets no kind be read
 */
export async function exportNamespace(
  request: ExportRequest,
  ports: ExportPorts,
): Promise<Outcome<ExportResult, 'export'>> {
  const { cluster, folder } = ports;
  const { namespace, labelSelector, choice } = request;
  const gaps = parseAllowedGaps(request.allowForbidden);
  const seen = await seesNamespace(namespace, ports);
  await refuseOtherNamespace(folder, namespace);
  const uid = (await readClusterUid(cluster)) ?? '';
  const [served, secrets] = await Promise.all([discoverAllKinds(cluster), ports.openSecrets()]);
  const { discovered, leftOut } = chooseKinds(served, choice, ports.log);
  const staging = await ports.stage([resourcesFolder(namespace), failuresFolder(namespace)]);
  try {
    const related = request.withRelated ? takeNotes() : undefined;
    const run = { ...ports, namespace, labelSelector, gaps, staging, secrets, images: new Map(), related };
    const exported = [...leftOut.exported, ...(await exportKinds(discovered, run))];
    if (!seen && exported.every(({ files }) => files.size === 0))
      throw namespaceNotFound(cluster, namespace, 'the account sees neither it nor anything in it');
    refuseNothing(exported, request, cluster);
    const parts = exportIndexParts(
      { schemaVersion: 1, cluster: { context: cluster.contextName, uid }, namespace, leftOutKinds: leftOut.names },
      linesOf(exported.map(({ files }) => files)),
    );
    // Without an index nothing is taken for an export: the old one must not vouch for new files.
    await folder.remove(indexPath);
    await staging.publish();
    const digest = await folder.writeParts(indexPath, parts);
    return describe(exported, request, { cluster, digest });
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

/** The kinds to export, and one item for each kind that the user left out, or named in vain. */
function chooseKinds(served: Discovered, choice: KindChoice, log: Pick<Log, 'warn'>) {
  const kinds = served.kinds.filter(isExportable);
  const left = kinds.filter((kind) => !choice.takes(kind));
  const groups = served.unknown.filter(({ group }) => !choice.takesGroup(group));
  const unused = choice.unused(kinds);
  const unknown = served.unknown.filter((version) => !groups.includes(version));
  if (kinds.length > 0 && left.length === kinds.length && unknown.length === 0) throw nothingChosen(unused);
  for (const entry of unused) log.warn(`${entry}: the cluster has no such kind to export`);
  const message = 'left out by include-resources or exclude-resources';
  const items: readonly Item<'export'>[] = [
    ...left.map((kind) => itemOfLeftOut(`${apiVersionOf(kind)} ${kind.kind}`, message)),
    ...groups.map((version) => itemOfLeftOut(`${apiVersionOf(version)} (all kinds)`, message)),
    ...unused.map((entry) => ({
      id: `kind ${entry}`,
      outcome: 'skipped' as const,
      reason: 'not-found' as const,
      message: 'include-resources or exclude-resources names it, and the cluster has no such kind',
    })),
  ];
  return {
    discovered: {
      kinds: kinds.filter((kind) => !left.includes(kind)),
      unknown,
    },
    leftOut: {
      exported: items.length === 0 ? [] : [{ items, files: noFiles }],
      names: left.map(pluralWithGroup).sort(),
    },
  };
}

function nothingChosen(unused: readonly string[]): TaskError {
  const missing = unused.length === 0 ? '' : `; it has no ${unused.join(', ')}`;
  return new TaskError('invalid-param', `choosing kinds: none of the cluster's kinds is left to export${missing}`, {
    remedy: 'Correct include-resources and exclude-resources: `kubectl api-resources --namespaced` lists the kinds.',
  });
}

function itemOfLeftOut(id: string, message: string): Item<'export'> {
  return { id, outcome: 'skipped', reason: 'kind-left-out', message };
}

async function exportKinds(discovered: Discovered, run: KindExport & ExportPorts): Promise<readonly ExportedKind[]> {
  const { kinds } = discovered;
  let done = 0;
  let objects = 0;
  const listed = await mapConcurrently(kinds, kindsAtATime, async (kind) => {
    const exported = await exportKind(kind, run);
    done += 1;
    objects += exported.files.size;
    logKind(run.log, exported);
    run.log.progress(done, kinds.length, `kinds, ${String(objects)} objects`);
    return exported;
  });
  const unknown = await Promise.all(discovered.unknown.map((version) => recordUnknown(version, run)));
  const related = run.related === undefined ? [] : [await exportRelated(run.related, run)];
  for (const kind of related) logKind(run.log, kind);
  return [...listed, ...unknown, ...related];
}

function logKind(log: Log, { items, files }: ExportedKind): void {
  for (const { id, outcome, reason, message } of items) {
    if (outcome === 'failed') log.warn(`${id}: ${message ?? reason}`);
    else if (files.size === 0) log.debug(`${id}: ${message ?? 'none'}`);
    else log.info(`${id}: ${message ?? String(files.size)}`);
  }
}

async function recordUnknown(
  unknown: UnknownKinds,
  { gaps, namespace, staging, yaml, sha256, log }: KindExport & { log: Log },
): Promise<ExportedKind> {
  const { group, version, reason } = unknown;
  const id = `${apiVersionOf(unknown)} (all kinds)`;
  await staging.put(
    failurePath(namespace, { name: '', group, version }, sha256),
    yaml.format(recordOfUnknown(unknown, log.redactor)),
  );
  if (gaps.allowsGroup(group))
    return { items: [{ id, outcome: 'skipped', reason: 'unavailable-allowed', message: reason }], files: noFiles };
  log.warn(`${id}: ${reason}`);
  return { items: [{ id, outcome: 'failed', reason: 'unavailable', message: reason }], files: noFiles };
}

/** What was left of the namespace by mistake would be taken for the whole application by the tasks that follow. */
function refuseNothing(
  exported: readonly ExportedKind[],
  { namespace, labelSelector, choice }: ExportRequest,
  cluster: Cluster,
): void {
  const hasNamespaced = exported.some(({ files, isRelated }) => isRelated !== true && files.size > 0);
  if (hasNamespaced || exported.some(({ items }) => items.some(({ outcome }) => outcome === 'failed'))) return;
  const filters = [
    ...(labelSelector === undefined ? [] : [`label-selector ${JSON.stringify(labelSelector)}`]),
    ...(choice.isAll ? [] : ['include-resources and exclude-resources']),
  ];
  const cause = filters.length === 0 ? 'it has no objects' : `no object fits ${filters.join(' with ')}`;
  throw new TaskError('nothing-found', `exporting namespace ${namespace} of context ${cluster.contextName}: ${cause}`, {
    remedy:
      'Correct the namespace, or what chooses among its objects: `kubectl get all --show-labels` shows their labels.',
  });
}

/** An export folder holds one namespace: its index could not vouch for two. */
async function refuseOtherNamespace(folder: Folder, namespace: string): Promise<void> {
  const text = await folder.read(indexPath);
  if (text === undefined) return;
  const found = namespaceOf(text);
  if (found === namespace || found === undefined) return;
  throw new TaskError(
    'invalid-param',
    `exporting namespace ${namespace}: ${folder.path} holds the export of namespace ${found}`,
    { remedy: 'Give each namespace an export folder of its own, or remove this one.' },
  );
}

/** An index of another version counts too. Undefined for one that cannot be read, which the export replaces. */
function namespaceOf(text: string): string | undefined {
  try {
    return stringAt(JSON.parse(text), 'namespace');
  } catch {
    return undefined;
  }
}

function describe(
  exported: readonly ExportedKind[],
  { namespace }: ExportRequest,
  { cluster, digest }: { cluster: Cluster; digest: string },
): Outcome<ExportResult, 'export'> {
  const items: readonly Item<'export'>[] = exported.flatMap((kind) => kind.items);
  const counts = countItems(items);
  const objects = exported.reduce((sum, kind) => sum + kind.files.size, 0);
  const kinds = exported.filter((kind) => kind.files.size > 0).length;
  const lost = counts.failed > 0 ? `, but not ${String(counts.failed)} kinds or objects` : '';
  return {
    items,
    results: { 'resource-count': String(objects), 'failure-count': String(counts.failed), 'index-digest': digest },
    summary: `exported ${String(objects)} objects of ${String(kinds)} kinds from namespace ${namespace} of context ${cluster.contextName}${lost}`,
    remedy: remedyOfGaps(items.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)),
  };
}

/** @throws TaskError `invalid-param` for what cannot be a namespace */
export function assertNamespaceName(namespace: string): void {
  if (isNamespaceName(namespace)) return;
  throw new TaskError('invalid-param', `reading --namespace: invalid namespace name ${JSON.stringify(namespace)}`, {
    remedy: 'Give the name of a namespace: lower-case letters, digits and dashes, at most 63.',
  });
}

/**
 * Whether the namespace is certain to exist; false when the account may not look. Warns of one that is being deleted.
 * @throws TaskError `namespace-not-found`, or `invalid-param` for what can be no namespace
 */
export async function seesNamespace(
  namespace: string,
  { cluster, log }: { readonly cluster: Cluster; readonly log: Pick<Log, 'warn'> },
): Promise<boolean> {
  assertNamespaceName(namespace);
  const found = await findNamespace(cluster, namespace);
  if (found === 'missing') throw namespaceNotFound(cluster, namespace, 'it does not exist');
  if (stringAt(found, 'status', 'phase') === 'Terminating') {
    log.warn(
      `namespace ${namespace} is being deleted: the export holds what is left of it, and the transformation leaves out its objects that are being deleted`,
    );
  }
  return found !== 'forbidden';
}

/** The error of a namespace that is not there, or shows nothing of itself. */
function namespaceNotFound(cluster: Cluster, namespace: string, cause: string): TaskError {
  const where = `namespace ${namespace} of context ${cluster.contextName} (${cluster.server})`;
  return new TaskError('namespace-not-found', `exporting ${where}: ${cause}`, {
    remedy: 'Check the namespace and the context: both are taken as given, never replaced by defaults.',
  });
}
