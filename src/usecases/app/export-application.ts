import { countOf } from '../../domain/core/count-of.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { completeImageName } from '../../domain/app/image-inventory.ts';
import type { Capabilities } from '../../domain/helm/capabilities.ts';
import { isUninstalled } from '../../domain/helm/revisions.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { countItems, nameFailures, type Outcome } from '../../domain/reports/outcome.ts';
import { reasonsOf } from '../../domain/reports/reasons.ts';
import { listPods } from '../cluster/list-objects.ts';
import { seesNamespace } from '../export/export-namespace.ts';
import type { AppItem, ExportOptions, ExportPorts } from './export-ports.ts';
import { readCapabilities } from './read-capabilities.ts';
import { exportRelease, type ExportedRelease } from './export-release.ts';
import { findReleaseName, listReleases, readRelease, type StoredReleases } from './read-release.ts';

export interface ExportRequest extends ExportOptions {
  /** Name of a release or of an Epinio application; undefined: all releases of the namespace. */
  readonly release: string | undefined;
}

export type AppExportResult = 'release-count' | 'image-count' | 'folders';

const meanings = reasonsOf(['appExport']);
/** The folder of the report, beside those of the releases. */
const reportFolder = 'reports';

/**
 * Exports a release of a namespace, or all of them, each into a folder of its own with exactly `values.yaml`,
 * `app-chart.tar.gz` and `app-image.tar`. With all releases, one that cannot be exported does not stop the others, and
 * one that was uninstalled is skipped.
 * @throws TaskError `release-not-found`, `release-invalid`, `release-pending`, `chart-incomplete`, `chart-different`,
 *   `invalid-param`; what the ports throw
 */
export async function exportApplication(
  request: ExportRequest,
  ports: ExportPorts,
): Promise<Outcome<AppExportResult, 'appExport'>> {
  const { namespace, release } = request;
  checkImages(request.extraImages);
  await seesNamespace(namespace, ports);
  const stored = await listReleases(ports.cluster, namespace);
  const pods = await listPods(ports.cluster, namespace).catch(onRefusal([403], undefined));
  if (pods === undefined)
    ports.log.warn(
      `the account may not list the pods of namespace ${namespace}: images without a digest are exported as their registry has them now`,
    );
  const capabilities = ports.render === undefined ? undefined : await readCapabilities(ports.cluster);
  const one = (name: string, folder: string): Promise<ExportedRelease> =>
    exportOne({ name, folder, stored, pods: pods ?? [], capabilities }, request, ports);
  if (release !== undefined) {
    const name = await findReleaseName(release, stored, ports);
    return summarize([{ folder: release, ...(await one(name, release)) }], namespace);
  }
  if (stored.byName.size === 0) throw noRelease(namespace, 'it has no release of Helm 3');
  const exported: FolderOfRelease[] = [];
  const skipped: AppItem[] = [];
  for (const [name, { revisions }] of stored.byName) {
    if (isUninstalled(revisions)) {
      skipped.push({ id: `release ${namespace}/${name}`, outcome: 'skipped', reason: 'release-uninstalled' });
      continue;
    }
    ports.log.progress(exported.length, stored.byName.size, `releases, now ${name}`);
    exported.push({
      folder: name,
      ...(await one(name, name).catch((error: unknown) => failed(name, namespace, error))),
    });
  }
  if (exported.length === 0) throw noRelease(namespace, 'each of its releases is uninstalled');
  return summarize(exported, namespace, skipped);
}

function noRelease(namespace: string, why: string): TaskError {
  return new TaskError('release-not-found', `exporting namespace ${namespace}: ${why}`, {
    remedy: 'Check the namespace and the context.',
  });
}

interface FolderOfRelease extends ExportedRelease {
  readonly folder: string;
}

interface ReleaseToExport {
  readonly name: string;
  readonly folder: string;
  readonly stored: StoredReleases;
  readonly pods: readonly Resource[];
  readonly capabilities: Capabilities | undefined;
}

async function exportOne(
  { name, stored, ...surroundings }: ReleaseToExport,
  request: ExportRequest,
  ports: ExportPorts,
): Promise<ExportedRelease> {
  if (surroundings.folder === reportFolder)
    throw new TaskError('invalid-param', `exporting release ${name}: its folder would be that of the report`, {
      remedy: 'Export the other releases by their names.',
    });
  const release = await readRelease(name, stored, ports);
  const { chart, revision } = release;
  ports.log.info(`release ${name}: revision ${String(revision)} of chart ${chart.name} ${chart.version}`);
  const exported = await exportRelease(release, { ...request, ...surroundings }, ports);
  for (const { id, outcome, reason, message } of exported.items)
    if (outcome === 'skipped') ports.log.warn(`${id}: ${reason}: ${message ?? meanings[reason] ?? ''}`);
  return exported;
}

function failed(name: string, namespace: string, error: unknown): ExportedRelease {
  if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
  const message = `${error.message}. ${error.remedy}`;
  const item: AppItem = { id: `release ${namespace}/${name}`, outcome: 'failed', reason: error.code, message };
  return { images: 0, items: [item] };
}

function checkImages(names: readonly string[]): void {
  const invalid = names.filter((name) => completeImageName(name) === undefined);
  if (invalid.length === 0) return;
  throw new TaskError('invalid-param', `reading extra-images: invalid image names ${invalid.join(', ')}`, {
    remedy: 'Give names such as registry.example.com/shop/web:1.0, separated by commas.',
  });
}

function summarize(
  exported: readonly FolderOfRelease[],
  namespace: string,
  skipped: readonly AppItem[] = [],
): Outcome<AppExportResult, 'appExport'> {
  const items = [...exported.flatMap((each) => each.items), ...skipped];
  const written = exported.filter((each) => countItems(each.items).failed === 0);
  const images = written.reduce((sum, each) => sum + each.images, 0);
  const outside = items.filter(({ reason }) => reason === 'not-in-export' || reason === 'data-not-in-export').length;
  const failures = written.length === exported.length ? '' : `; ${nameFailures(items)}`;
  return {
    items,
    results: {
      'release-count': String(written.length),
      'image-count': String(images),
      folders: written.map(({ folder }) => folder).join(','),
    },
    summary: `exported ${countOf(written.length, 'release')} with ${countOf(images, 'image')} from namespace ${namespace}; not part of the export: ${countOf(outside, 'needed object')}${failures}`,
    remedy: 'Fix what the report says of each failed release, then run again.',
  };
}
