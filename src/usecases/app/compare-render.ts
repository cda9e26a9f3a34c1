import { TaskError } from '../../domain/core/errors.ts';
import { compareObjects, parseManifest, type RenderedObject } from '../../domain/helm/rendered-objects.ts';
import type { Capabilities } from '../../domain/helm/capabilities.ts';
import { needsCluster, subchartOf } from '../../domain/helm/chart-templates.ts';
import { HelmError } from '../../domain/helm/helm-error.ts';
import type { ChartFile, Release } from '../../domain/helm/release.ts';
import { findUnstableTemplates, type UnstableTemplate } from '../../domain/helm/unstable-templates.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import type { AppItem, ExportPorts } from './export-ports.ts';

/** The objects of a release, and the archive and values that must render them. */
export interface RenderCheck {
  readonly release: Release;
  readonly objects: readonly RenderedObject[];
  /** Absolute path. */
  readonly chart: string;
  /** Of the chart and its subcharts, by their paths in the chart. */
  readonly templates: readonly ChartFile[];
  /** YAML. */
  readonly values: string;
  /** Of the cluster that the release runs in. */
  readonly capabilities: Capabilities | undefined;
}

/**
 * Renders the exported chart with the exported values for the version and the APIs of the cluster, and compares the
 * objects with those of the release. Rendering has no cluster to look at, so that templates that look at it may differ or
 * fail: that is reported. Templates that change each time are listed, and their content is not compared.
 * @throws TaskError `chart-different` when objects of a subchart are lost; what rendering throws
 */
export async function compareRender(
  check: RenderCheck,
  { render, yaml }: Pick<ExportPorts, 'render' | 'yaml'>,
): Promise<readonly AppItem[]> {
  const { release, objects, templates, chart, values, capabilities } = check;
  const unstable = findUnstableTemplates(templates);
  const listed = unstable.map((template) => itemOf(template, check));
  const { name, namespace } = release;
  const skipped = (reason: AppItem['reason']): AppItem => ({ id: `release ${name}`, outcome: 'skipped', reason });
  if (render === undefined) return [...listed, skipped('not-rendered')];
  const text = await render({ chart, values: [values], namespace, name, capabilities }).catch(
    unlessWithoutCluster(check),
  );
  if (typeof text !== 'string') {
    refuseLost(
      release,
      objects.filter((object) => !hasTemplate(object, templates)),
    );
    return [...listed, { ...skipped('render-needs-cluster'), message: text.message }];
  }
  const rendered = parseManifest(text, `the rendered chart of release ${name}`, yaml);
  const { missing, added, changed } = compareObjects(objects, rendered, namespace);
  const changing = new Set(unstable.map(({ path }) => path));
  const isStable = ({ template }: RenderedObject): boolean => !changing.has(pathInChart(template));
  const present = new Set(rendered.map(subchartOfObject));
  const isLost = (object: RenderedObject): boolean =>
    !hasTemplate(object, templates) || (isStable(object) && !present.has(subchartOfObject(object)));
  refuseLost(release, missing.filter(isLost));
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

/** The error of a render that had no cluster to look at. @throws all other errors */
function unlessWithoutCluster({ templates }: RenderCheck): (error: unknown) => HelmError {
  return (error) => {
    if (error instanceof HelmError && needsCluster(templates, error.message)) return error;
    throw error;
  };
}

/**
 * A subchart that renders nothing any more, or that does not have the template of an object, is another one than that
 * of the release. A template that renders less may do so because of the cluster.
 */
function refuseLost(release: Release, objects: readonly RenderedObject[]): void {
  // The templates of the chart itself are those of the release; only those of subcharts can be others.
  const lost = objects.filter((object) => subchartOfObject(object) !== undefined);
  if (lost.length === 0) return;
  const names = lost.map(({ resource, template }) => `${describeResource(resource)} (${template ?? ''})`);
  throw new TaskError(
    'chart-different',
    `rendering the chart of release ${release.name}: missing objects of subcharts: ${names.join(', ')}`,
    { remedy: 'Name a source in chart-source that has the same versions of the subcharts as the release.' },
  );
}

function subchartOfObject({ template }: RenderedObject): string | undefined {
  return subchartOf(pathInChart(template));
}

function hasTemplate({ template }: RenderedObject, templates: readonly ChartFile[]): boolean {
  return templates.some(({ path }) => path === pathInChart(template));
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
