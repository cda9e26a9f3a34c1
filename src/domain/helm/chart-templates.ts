import type { ChartContent } from './compare-chart.ts';
import type { ChartFile } from './release.ts';

/**
 * The templates of a chart and of its subcharts by the paths that helm prints for them, without the name of the chart:
 * `templates/web.yaml`, `charts/db/templates/secret.yaml`. A subchart with aliases has each template once per alias.
 */
export function templatesOf({ files, subcharts }: Pick<ChartContent, 'files' | 'subcharts'>): readonly ChartFile[] {
  const own = [...files].flatMap(([path, content]) => (path.startsWith('templates/') ? [{ path, content }] : []));
  const inner = subcharts.flatMap((subchart) => {
    const templates = templatesOf(subchart);
    return subchart.names.flatMap((name) =>
      templates.map(({ path, content }) => ({ path: `charts/${name}/${path}`, content })),
    );
  });
  return [...own, ...inner];
}

/** The subchart that a template belongs to, as `charts/db`; undefined for templates of the chart itself. */
export function subchartOf(template: string): string | undefined {
  return /^(?:charts\/[^/]+\/)*charts\/[^/]+(?=\/templates\/)/.exec(template)?.[0];
}

/** What templates can ask the cluster for: its objects, its version and APIs, and the addresses of its Services. */
const askCluster = /(?<![\w$])(?:lookup|getHostByName)(?!\w)|\.Capabilities(?!\w)/;

/** What helm prints when a template fails, or renders something that is not YAML. */
const failedTemplate = /: executing "|execution error at|YAML parse error/;

/**
 * Whether a render can fail only because it has no cluster, or because the cluster is another one than at the time of
 * the installation. Helm refuses a version of Kubernetes with "chart requires kubeVersion" (pkg/action/action.go).
 */
export function needsCluster(templates: readonly ChartFile[], complaint: string): boolean {
  if (/chart requires kubeVersion/.test(complaint)) return true;
  if (!failedTemplate.test(complaint)) return false;
  return templates.some(({ content }) => askCluster.test(new TextDecoder().decode(content)));
}
