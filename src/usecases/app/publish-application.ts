import { countOf } from '../../domain/core/count-of.ts';
import {
  assertChartPath,
  choosePublishNames,
  type ChosenNames,
  type PublishNames,
} from '../../domain/app/publish-names.ts';
import type { ImageTarget } from '../../domain/app/place-images.ts';
import type { PlannedEdit } from '../../domain/app/plan-values.ts';
import { formatImageName, type ImageLocation } from '../../domain/oci/image-location.ts';
import type { Compress } from '../../domain/helm/stored-size.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import {
  checkImages,
  formatPushed,
  pushedItem,
  pushExported,
  readExported,
  type DigestedImage,
  type ExportedReader,
  type ImagesToPush,
  type PushedExport,
  type PushedItem,
  type PushImagesPorts,
} from './exported-application.ts';
import { checkChartSize } from './check-chart-size.ts';
import { checkPulled } from './check-pulled.ts';
import { buildChart, placeChart, pushChart, type ChartToPublish, type ChartWriter } from './publish-chart.ts';

export type AppPublishResult = 'chart' | 'chart-version' | 'chart-digest' | 'IMAGES';

export interface PublishRequest extends Omit<ImagesToPush, 'target'> {
  readonly target: Pick<ImageTarget, 'host' | 'pullHost' | 'namespace'>;
  readonly names: PublishNames;
}

export type PublishPorts = ExportedReader & PushImagesPorts & ChartWriter & { readonly compress: Compress };

interface Published {
  readonly names: ChosenNames;
  readonly place: ImageLocation;
  readonly images: readonly PushedExport[];
  /** Addresses that could not be checked. */
  readonly unchecked: readonly PushedItem[];
  readonly chart: ChartToPublish;
  readonly outcome: 'pushed' | 'present' | 'not-pushed';
}

/**
 * Publishes an application that app-export wrote as images and a chart, images first: a chart in the registry always
 * has its images. The chart installs the application without a values file.
 * @throws TaskError `invalid-param`, `invalid-file`, `name-collision`; SyncFailure
 */
export async function publishApplication(
  request: PublishRequest,
  ports: PublishPorts,
): Promise<Outcome<AppPublishResult, 'appPublish' | 'appImages'>> {
  const application = await readExported(request.folder, ports);
  const names = choosePublishNames(request.names, application.values, application.chart.metadata);
  assertChartPath(request.target.namespace, names);
  checkChartSize(application, ports.compress);
  const target = { ...request.target, name: names.imageName, tag: names.imageTag };
  const build = (images: readonly DigestedImage[]): Promise<ChartToPublish> =>
    buildChart(application, { names, images }, ports);
  // A chart or values that cannot be edited are refused before anything is pushed. The push can change digests.
  const images = await pushExported({ ...request, target }, ports, build);
  const unchecked = [...(await checkImages(images, ports))];
  const chart = await build(images);
  const { dryRun, ifExists } = request;
  const place = placeChart(request.target, names);
  const outcome = dryRun ? 'not-pushed' : await pushChart(chart, { place, ifExists }, ports.push);
  const pull = { ...place, host: request.target.pullHost };
  // Known for the images already when the address does not answer.
  if (!dryRun && unchecked.length === 0)
    unchecked.push(...(await checkPulled([{ push: place, pull, digest: chart.manifest.digest }], ports.push)));
  return outcomeOf(request, { names, place, images, unchecked, chart, outcome });
}

function outcomeOf(
  { target }: PublishRequest,
  { names, place, images, unchecked, chart, outcome }: Published,
): Outcome<AppPublishResult, 'appPublish' | 'appImages'> {
  // What users install from, by the address that clusters reach.
  const url = chartUrl({ ...place, host: target.pullHost });
  const command = `helm install NAME ${url} --version ${names.chartVersion}`;
  const { digest } = chart.manifest;
  return {
    items: [
      ...images.map(pushedItem),
      ...unchecked,
      ...chart.plan.edits.map(editItem),
      ...chart.plan.inLists.map(listItem),
      ...chart.plan.unnamed.map(unnamedItem),
      {
        id: `chart ${formatImageName(place)}`,
        outcome: outcome === 'not-pushed' ? 'skipped' : 'done',
        reason: `chart-${outcome}`,
        message: command,
        evidence: { digest, 'chart-bytes': chart.archive.length },
      },
    ],
    results: { chart: url, 'chart-version': names.chartVersion, 'chart-digest': digest, IMAGES: formatPushed(images) },
    summary: `chart ${formatImageName(place)} and ${countOf(images.length, 'image')} ${outcomeTexts[outcome]}; ${command}`,
  };
}

const outcomeTexts = {
  pushed: 'pushed',
  present: 'are there already',
  'not-pushed': 'checked, nothing was pushed',
} as const;

function chartUrl({ host, path }: ImageLocation): string {
  return `oci://${host}/${path}`;
}

function editItem({ path, value, before }: PlannedEdit): Item<'appPublish'> {
  const message = `${before ?? 'nothing'} becomes ${value}`;
  return { id: `value ${path.join('.')}`, outcome: 'done', reason: 'chart-image', message };
}

function listItem({ path, value, before = '' }: PlannedEdit): Item<'appPublish'> {
  const message = `${before} should become ${value}: copy the whole list into the values of the release`;
  return { id: `value ${path.join('.')}`, outcome: 'skipped', reason: 'chart-value-in-list', message };
}

function unnamedItem(name: string): Item<'appPublish'> {
  const message = 'no value names it, so the templates may still name the registry of the source';
  return { id: `image ${name}`, outcome: 'skipped', reason: 'image-not-in-chart', message };
}
