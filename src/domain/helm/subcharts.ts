import { subchartOf } from './chart-templates.ts';
import { arrayAt, stringAt } from '../core/json-object.ts';
import type { ChartContent } from './compare-chart.ts';
import type { Release } from './release.ts';

/** A subchart that a release was made with. */
export interface NeededSubchart {
  /** As templates name it: its alias where it has one, with the subcharts that it is in, for example `db/metrics`. */
  readonly name: string;
  /** Range of versions and repository, where the chart declares it. */
  readonly version: string | undefined;
  readonly repository: string | undefined;
}

const sourceComment = /^# Source: ([^\s#]+)\s*$/gm;

/** The templates that rendered the manifest and the hooks of a release, for example `shop/charts/db/templates/set.yaml`. */
function templatesOf({ manifest, hooks }: Pick<Release, 'manifest' | 'hooks'>): ReadonlySet<string> {
  const rendered = [...manifest.matchAll(sourceComment)].map(([, path = '']) => path);
  return new Set([...rendered, ...hooks.map(({ path }) => path).filter((path) => path !== '')]);
}

/**
 * The enabled subcharts of a release. A release does not store them, but Helm keeps the enabled dependencies in the
 * metadata of the chart, and the manifest and the hooks name the templates of all subcharts that render something.
 */
export function neededSubcharts(release: Release): readonly NeededSubchart[] {
  const needed = new Map<string, NeededSubchart>();
  for (const dependency of arrayAt(release.chart.metadata, 'dependencies')) {
    const name = stringAt(dependency, 'alias') ?? stringAt(dependency, 'name');
    if (name === undefined) continue;
    const version = stringAt(dependency, 'version');
    needed.set(name, { name, version, repository: stringAt(dependency, 'repository') });
  }
  for (const template of templatesOf(release)) {
    const name = subchartNameOf(template);
    if (name !== undefined && !needed.has(name)) needed.set(name, { name, version: undefined, repository: undefined });
  }
  return [...needed.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The subcharts that a release needs and a chart does not have. */
export function missingSubcharts(needed: readonly NeededSubchart[], chart: ChartContent): readonly NeededSubchart[] {
  return needed.filter(({ name }) => {
    let current: ChartContent | undefined = chart;
    for (const part of name.split('/')) current = current?.subcharts.find(({ names }) => names.includes(part));
    return current === undefined;
  });
}

/** `db/metrics` for `shop/charts/db/charts/metrics/templates/x.yaml`; undefined for a template of the chart itself. */
function subchartNameOf(template: string): string | undefined {
  const path = subchartOf(template.slice(template.indexOf('/') + 1));
  return path?.slice('charts/'.length).replaceAll('/charts/', '/');
}

/** Dependencies that the lock file has and the metadata does not: they are disabled in the release. */
export function disabledSubcharts({ chart }: Release): readonly string[] {
  const enabled = arrayAt(chart.metadata, 'dependencies');
  const known = new Set(
    enabled.map((entry) => `${stringAt(entry, 'repository') ?? ''} ${stringAt(entry, 'name') ?? ''}`),
  );
  // An alias replaces the name of an enabled dependency, so that one of the same repository may be the same.
  const aliased = new Set(
    enabled.filter((entry) => stringAt(entry, 'alias') !== undefined).map((entry) => stringAt(entry, 'repository')),
  );
  return arrayAt(chart.lock, 'dependencies').flatMap((entry) => {
    const name = stringAt(entry, 'name') ?? '';
    const repository = stringAt(entry, 'repository');
    return known.has(`${repository ?? ''} ${name}`) || aliased.has(repository) ? [] : [name];
  });
}
