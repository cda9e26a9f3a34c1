import type { Redactor } from '../core/secret.ts';
import type { Finding } from '../scan/finding.ts';
import type { ImageSummary, LeftOut, SummaryArea, SummaryImage, SummaryLayer } from '../schemas/documents.ts';
import { areaOf } from './area-of.ts';
import type { FileEntry } from './file-entry.ts';
import { formatSize } from './format-size.ts';
import { addSizes, countOnce, largestFiles, measureFolders, type Sizes } from './folder-sizes.ts';
import type { FoundPackage } from './packages.ts';
import type { AreaSource, ContainerizePlan, PlannedArea } from './plan.ts';

/** A new layer of an image. */
export interface LayerFacts {
  /** Of the compressed layer. */
  readonly digest: string;
  /** Compressed bytes. */
  readonly stored: number;
  /** Files of the layer, sorted by path. */
  readonly entries: readonly FileEntry[];
}

/** All that a summary is made of. Nothing in it is a secret value. */
export interface SummaryFacts {
  /** Version of crane-tasks. */
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly plan: ContainerizePlan;
  /** Name of the image with its tag, its digest, platform, and compressed bytes. */
  readonly image: Pick<SummaryImage, 'name' | 'digest' | 'platform' | 'baseSize'>;
  /** Undefined when it was not tried to read the image without a login. */
  readonly isPublic: boolean | undefined;
  /** Name of the base image with its digest. */
  readonly base: string;
  readonly layers: readonly LayerFacts[];
  /** What was not read, or not read as it was. Areas and paths that the plan leaves out are added. */
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
  readonly packages: readonly FoundPackage[];
  /** Sentences after those of the plan. */
  readonly warnings: readonly string[];
  readonly runCommand: string;
}

/** What is in an image, by area and folder, and what is not. Deterministic: nothing depends on the clock or on a locale. */
export function summarizeImage(facts: SummaryFacts): ImageSummary {
  const { version, created, plan, layers } = facts;
  const included = plan.areas.filter((area) => area.included);
  const entries = countOnce(layers.flatMap((layer) => layer.entries));
  const summarized = layers.map((layer) => summarizeLayer(layer, included));
  const { folders, foldersNotListed } = measureFolders(entries, included);
  return {
    schemaVersion: 1,
    version,
    created,
    workload: plan.workload,
    pod: plan.pod,
    container: plan.container,
    image: summarizeStart(facts),
    runCommand: facts.runCommand,
    areas: summarizeAreas(plan.areas, entries, summarized),
    folders,
    foldersNotListed,
    largestFiles: largestFiles(entries),
    layers: summarized,
    leftOut: [...leftOutByPlan(plan), ...facts.leftOut],
    environment: { kept: plan.environment.map(({ name }) => name), dropped: plan.dropped },
    findings: facts.findings,
    packages: facts.packages,
    warnings: [...plan.warnings, ...facts.warnings],
  };
}

/** The summary without the secrets of a run, which servers, paths and commands may quote: for all that is written of it. */
export function redactSummary(summary: ImageSummary, redactor: Redactor): ImageSummary {
  return redactor.redactValue(summary) as ImageSummary;
}

/** The summary as its file has it, for programs. */
export function formatSummaryJson(summary: ImageSummary): string {
  return `${JSON.stringify(summary, undefined, 2)}\n`;
}

function summarizeStart({ image, base, isPublic, layers, plan: { start } }: SummaryFacts): SummaryImage {
  const { entrypoint, arguments: args, workingFolder, user, ports } = start;
  return {
    ...image,
    base,
    size: layers.reduce((sum, { stored }) => sum + stored, image.baseSize),
    ports,
    ...(isPublic !== undefined && { isPublic }),
    ...(user !== undefined && { user }),
    ...(workingFolder !== undefined && { workingFolder }),
    ...(entrypoint !== undefined && { entrypoint }),
    ...(args !== undefined && { arguments: args }),
  };
}

function summarizeLayer({ digest, stored, entries }: LayerFacts, areas: readonly PlannedArea[]): SummaryLayer {
  const { files, bytes } = addSizes(countOnce(entries));
  const names = new Set(
    // Folders above an area are in a layer for their owner and mode alone.
    entries.flatMap(({ path }) => areaOf(path, areas)?.name ?? []),
  );
  return { digest, areas: [...names].sort(), files, bytes, stored };
}

function summarizeAreas(
  areas: readonly PlannedArea[],
  entries: readonly FileEntry[],
  layers: readonly SummaryLayer[],
): readonly SummaryArea[] {
  const included = areas.filter((area) => area.included);
  const byArea = new Map<PlannedArea | undefined, FileEntry[]>();
  for (const entry of entries) {
    const area = areaOf(entry.path, included);
    const list = byArea.get(area) ?? [];
    list.push(entry);
    byArea.set(area, list);
  }
  return areas.map((area) => {
    const { name, kind, path, source, reason } = area;
    const sizes: Sizes = addSizes(byArea.get(area) ?? []);
    const stored = area.included ? storedOf(name, layers) : 0;
    const known = { name, kind, path, source: formatSource(source), included: area.included, reason };
    return { ...known, ...sizes, ...(stored !== undefined && { stored }) };
  });
}

function storedOf(area: string, layers: readonly SummaryLayer[]): number | undefined {
  const own = layers.filter(({ areas }) => areas.includes(area));
  if (own.some(({ areas }) => areas.length > 1)) return undefined;
  return own.reduce((sum, { stored }) => sum + stored, 0);
}

function formatSource(source: AreaSource): string {
  if (source.from === 'container') return 'container';
  const below = source.subPath === '' ? '' : `, folder ${source.subPath}`;
  return `claim ${source.claim}${below}`;
}

function leftOutByPlan({ areas, never, outside }: ContainerizePlan): readonly LeftOut[] {
  const excluded = areas.filter(({ included }) => !included);
  return [
    ...never.map(({ path, reason }) => ({ path, reason: 'never', detail: reason })),
    ...excluded.map(({ path, reason }) => ({ path, reason: 'excluded', detail: reason })),
    ...outside.map(({ path, loader, bytes, reason }) => {
      const size = bytes === undefined ? 'unknown size' : formatSize(bytes);
      return { path, reason: 'packages-outside', detail: `${loader} loads packages from it (${size}): ${reason}` };
    }),
  ];
}
