import { chooseOldExports, type Retention } from '../../domain/exports/choose-old-exports.ts';
import { imageOf } from '../../domain/exports/export-record.ts';
import { showExports, type ShownExport } from '../../domain/exports/show-exports.ts';
import { describeItem, nameFailures, type Outcome } from '../../domain/reports/outcome.ts';
import { deleteExport, type DeleteExportPorts, type ExportItem } from './delete-export.ts';
import { findExport, listExports, removeRecord } from './export-store.ts';
import { describeHelper, findLeftHelpers, removeHelpers } from './remove-helpers.ts';

export interface PruneRequest {
  readonly retention: Retention;
  /** Empty: exports of all workloads. */
  readonly workload: string;
  readonly dryRun: boolean;
}

/**
 * Deletes old exports. The image of a ready export is deleted, and its record is kept as deleted. Of exports without an
 * image, the registry is cleaned if their run left something, then the record is deleted.
 * @throws as `deleteExport`
 */
export async function pruneExports(
  { retention, workload, dryRun }: PruneRequest,
  ports: DeleteExportPorts,
): Promise<Outcome<'count', 'exports' | 'registry'>> {
  const { store } = ports;
  const { exports } = await listExports(store);
  const now = store.now();
  const shown = showExports(exports, { now, hidden: [] }).filter(
    ({ entry }) => workload === '' || entry.workload.name === workload,
  );
  const items: ExportItem[] = [];
  const old = chooseOldExports(shown, retention, now);
  for (const each of old) {
    const item = dryRun ? planned(each) : await pruneOne(each, ports);
    ports.log.item(item, describeItem(item));
    items.push(item);
  }
  items.push(...(await pruneHelpers(dryRun, ports)));
  const done = items.filter(({ outcome, reason }) => outcome === 'done' && reason !== 'helper-deleted').length;
  return {
    items,
    results: { count: String(done) },
    summary: dryRun
      ? `would delete ${String(old.length)} of ${String(shown.length)} exports`
      : `deleted ${String(done)} of ${String(shown.length)} exports, ${nameFailures(items)}`,
    remedy: 'Read why the exports could not be deleted, then run again.',
  };
}

/** What killed runs left beside applications. */
async function pruneHelpers(dryRun: boolean, { store, log }: DeleteExportPorts): Promise<readonly ExportItem[]> {
  const left = await findLeftHelpers(store);
  if (!dryRun) await removeHelpers(store.cluster, left);
  return left.map((each) => {
    const item: ExportItem = dryRun
      ? { id: describeHelper(each), outcome: 'skipped', reason: 'would-delete-helper' }
      : { id: describeHelper(each), outcome: 'done', reason: 'helper-deleted' };
    log.info(describeItem(item));
    return item;
  });
}

function planned({ entry, state }: ShownExport): ExportItem {
  const message = `${state} since ${entry.updated}, ${imageOf(entry).tag}`;
  return { id: `${entry.namespace}/${entry.id}`, outcome: 'skipped', reason: 'would-delete', message };
}

async function pruneOne(old: ShownExport, ports: DeleteExportPorts): Promise<ExportItem> {
  const item = await deleteExport(old, false, ports);
  if (item.outcome === 'failed' || old.state === 'ready' || old.state === 'delete-failed') return item;
  const present = await findExport(ports.store, old.entry.id);
  if (present?.entry.state === 'deleted') await removeRecord(ports.store, present);
  return { id: item.id, outcome: 'done', reason: 'record-deleted' };
}
