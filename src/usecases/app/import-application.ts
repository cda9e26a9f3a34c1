import { countOf } from '../../domain/core/count-of.ts';
import { defaultValues } from '../../domain/app/coalesce-values.ts';
import { exportedFiles } from '../../domain/app/exported-files.ts';
import { planValues, type PlannedEdit, type ValuesPlan } from '../../domain/app/plan-values.ts';
import type { DomainMapping } from '../../domain/app/route-values.ts';
import type { EditValues } from '../../domain/app/value-edit.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import {
  checkImages,
  formatPushed,
  pushExported,
  pushedItem,
  readExported,
  type DigestedImage,
  type ExportedReader,
  type ImagesToPush,
  type PushedExport,
  type PushedItem,
  type PushImagesPorts,
} from './exported-application.ts';
import { installRelease, type InstallRequest, type InstalledRelease } from './install-release.ts';
import type { ReleasePorts } from './release-ports.ts';

export type AppImportResult = 'image-count' | 'revision' | 'urls' | 'IMAGES';

export interface ImportRequest extends ImagesToPush, Pick<InstallRequest, 'namespace' | 'name' | 'limits'> {
  readonly domains: DomainMapping;
  readonly appName: string | undefined;
}

export interface ImportPorts extends ExportedReader, PushImagesPorts {
  readonly release: ReleasePorts;
  readonly editValues: EditValues;
}

/** The values that the release gets. */
const editedName = 'values.imported.yaml';

/**
 * Imports an application that app-export wrote: pushes its images, edits a copy of its values, and installs the chart.
 * Running again continues: what is there already is left as it is.
 * @throws TaskError `invalid-file` for a part that is missing or broken, and what the steps throw
 */
export async function importApplication(
  request: ImportRequest,
  ports: ImportPorts,
): Promise<Outcome<AppImportResult, 'appImport' | 'appImages'>> {
  const { folder, domains, appName } = request;
  const { text, values, chart } = await readExported(folder, ports);
  const defaults = defaultValues(chart);
  const edit = (images: readonly DigestedImage[]): { readonly plan: ValuesPlan; readonly edited: string } => {
    const plan = planValues({ values, defaults, images, domains, appName });
    return { plan, edited: ports.editValues(text, plan.edits, `${folder.path}/${exportedFiles.values}`) };
  };
  // Values that cannot be edited are refused before anything is pushed. The push can change digests.
  const images = await pushExported(request, ports, edit);
  const unchecked = await checkImages(images, ports);
  const { plan, edited } = edit(images);
  for (const { id, outcome, message = '' } of [...notPushed(images), ...valueItems(plan)])
    ports.release.log[outcome === 'done' ? 'info' : 'warn'](`${id}: ${message}`);
  await folder.write(editedName, edited);
  const installed = await installRelease(
    { ...request, chart: `${folder.path}/${exportedFiles.chart}`, values: [edited] },
    ports.release,
  );
  return outcomeOf(request, { images, unchecked, plan, installed });
}

interface Ending {
  readonly images: readonly PushedExport[];
  readonly unchecked: readonly PushedItem[];
  readonly plan: ValuesPlan;
  readonly installed: InstalledRelease;
}

function outcomeOf(
  { namespace, name }: ImportRequest,
  { images, unchecked, plan, installed }: Ending,
): Outcome<AppImportResult, 'appImport' | 'appImages'> {
  const id = `release ${namespace}/${name}`;
  const urls = installed.urls.length === 0 ? '' : `: ${installed.urls.join(', ')}`;
  return {
    items: [
      ...images.map(pushedItem),
      ...unchecked,
      ...valueItems(plan),
      {
        id,
        outcome: 'done',
        reason: `release-${installed.outcome}`,
        message: installed.urls.join(', '),
        evidence: { revision: installed.revision, 'stored-bytes': installed.storedBytes },
      },
    ],
    results: {
      'image-count': String(images.length),
      revision: String(installed.revision),
      urls: installed.urls.join(','),
      IMAGES: formatPushed(images),
    },
    summary:
      installed.outcome === 'checked'
        ? `${id} can be installed with ${countOf(images.length, 'image')}${urls}; the dry run changed nothing`
        : `${id} ${installed.outcome} at revision ${String(installed.revision)}, ${countOf(images.length, 'image')}${urls}`,
  };
}

/** What a dry run would push. */
function notPushed(images: readonly PushedExport[]): readonly Pick<PushedItem, 'id' | 'outcome' | 'message'>[] {
  return images
    .filter(({ result }) => result === undefined)
    .map((image) => ({ id: pushedItem(image).id, outcome: 'done', message: 'would be pushed' }));
}

function valueItems({ edits, inLists, unnamed }: ValuesPlan): readonly Item<'appImport'>[] {
  return [...edits.map(valueItem), ...inLists.map(listItem), ...unnamed.map(unnamedItem)];
}

function unnamedItem(name: string): Item<'appImport'> {
  const message = 'no value names it, so the chart may still name the registry of the source';
  return { id: `image ${name}`, outcome: 'skipped', reason: 'image-not-in-values', message };
}

function listItem({ path, value, before = '' }: PlannedEdit): Item<'appImport'> {
  const message = `${before} should become ${value}: copy the whole list into the values of the release`;
  return { id: `value ${path.join('.')}`, outcome: 'skipped', reason: 'value-in-list', message };
}

function valueItem({ path, value, before, why }: PlannedEdit): Item<'appImport'> {
  const message = before === undefined ? `set to ${value}` : `${before} becomes ${value}`;
  return { id: `value ${path.join('.')}`, outcome: 'done', reason: `value-${why}`, message };
}
