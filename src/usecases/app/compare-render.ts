import { TaskError } from '../../domain/core/errors.ts';
import { compareObjects, parseManifest, type RenderedObject } from '../../domain/helm/rendered-objects.ts';
import type { Release } from '../../domain/helm/release.ts';
import { subchartOf } from '../../domain/helm/subcharts.ts';
import { findUnstableTemplates, type UnstableTemplate } from '../../domain/helm/unstable-templates.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import type { AppItem, ExportPorts } from './export-ports.ts';

/** The objects of a release, and the archive and values that must render them. */
export interface RenderCheck {
  readonly release: Release;
  readonly objects: readonly RenderedObject[];
  /** Absolute path. */
  readonly chart: string;
  /** YAML. */
  readonly values: string;
}

/**
 * Renders the exported chart with the exported values, and compares the objects with those of the release. Rendering
 * has no cluster, so that templates that look at it may differ: that is reported. Templates that change each time are
 * listed, and their content is not compared.
 * @throws TaskError `chart-different` when a subchart renders fewer objects; what rendering throws
 */
export async function compareRender(check: RenderCheck, { render, yaml }: ExportPorts): Promise<readonly AppItem[]> {
  const { release, objects } = check;
  const unstable = findUnstableTemplates(release.chart.templates);
  const listed = unstable.map((template) => itemOf(template, check));
  if (render === undefined)
    return [...listed, { id: `release ${release.name}`, outcome: 'skipped', reason: 'not-rendered' }];
  const { name, namespace } = release;
  const text = await render({ chart: check.chart, values: [check.values], namespace, name });
  const rendered = parseManifest(text, `the rendered chart of release ${name}`, yaml);
  const { missing, added, changed } = compareObjects(objects, rendered, namespace);
  refuseMissing(release, missing);
  const changing = new Set(unstable.map(({ path }) => path));
  const isStable = ({ template }: RenderedObject): boolean => !changing.has(pathInChart(template));
  const different: readonly AppItem[] = [
    ...missing.map((object) => differenceOf(object, 'the rendered chart does not have it')),
    ...added.filter(isStable).map((object) => differenceOf(object, 'only the rendered chart has it')),
    ...changed
      .filter(({ object }) => isStable(object))
      .map(({ object, places }) =>
        differenceOf(object, `different at ${places.map((path) => path.join('.')).join(', ')}`),
      ),
  ];
  if (different.length > 0) return [...listed, ...different];
  const evidence = { objects: objects.length };
  return [...listed, { id: `release ${name}`, outcome: 'done', reason: 'render-equal', evidence }];
}

/** The templates of the chart itself are those of the release; only those of subcharts can be others. */
function refuseMissing(release: Release, missing: readonly RenderedObject[]): void {
  const lost = missing.filter(({ template }) => template !== undefined && subchartOf(template) !== undefined);
  if (lost.length === 0) return;
  const names = lost.map(({ resource, template }) => `${describeResource(resource)} (${template ?? ''})`);
  throw new TaskError(
    'chart-different',
    `rendering the chart of release ${release.name}: missing objects of subcharts: ${names.join(', ')}`,
    { remedy: 'Name a source in chart-source that has the same versions of the subcharts as the release.' },
  );
}

function differenceOf({ resource }: RenderedObject, message: string): AppItem {
  return { id: describeResource(resource), outcome: 'skipped', reason: 'render-different', message };
}

function itemOf({ path, functions }: UnstableTemplate, { objects }: RenderCheck): AppItem {
  const touched = objects.filter(({ template }) => pathInChart(template) === path);
  const names = touched.map(({ resource }) => describeResource(resource)).join(', ');
  return {
    id: `template ${path}`,
    outcome: 'skipped',
    reason: 'changes-with-each-render',
    message: `calls ${functions.join(', ')}${names === '' ? '' : ` for ${names}`}`,
  };
}

function pathInChart(template: string | undefined): string {
  return template === undefined ? '' : template.slice(template.indexOf('/') + 1);
}
