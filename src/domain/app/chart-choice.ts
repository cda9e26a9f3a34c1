import { TaskError } from '../core/errors.ts';
import { isObjectName } from '../kube/resource.ts';
import { parseImageReference } from '../oci/image-location.ts';
import { usualAppChart } from './app-chart.ts';

/** The chart of a deployment. */
export type ChartChoice =
  /** That of crane-tasks. */
  | { readonly kind: 'own' }
  | { readonly kind: 'app-chart'; readonly name: string }
  /** `oci://…` with a version, or the URL of an archive. */
  | { readonly kind: 'address'; readonly address: string }
  /** An archive or folder, as the user names it. */
  | { readonly kind: 'file'; readonly path: string };

const appChartPrefix = 'appchart:';
const archive = /\.(?:tgz|tar\.gz)$/;

/**
 * Reads the name of a chart. `standard` is the chart of crane-tasks, because it also runs where Epinio does not.
 * @param hasFolder whether the user names files of a folder: then a plain name is one of them
 * @throws TaskError `invalid-param`
 */
export function parseChartChoice(text: string | undefined, hasFolder: boolean): ChartChoice {
  if (text === undefined || text === usualAppChart) return { kind: 'own' };
  if (text.startsWith(appChartPrefix)) {
    const name = text.slice(appChartPrefix.length);
    if (!isObjectName(name)) throw refuseChart(text, 'expected the name of an AppChart after appchart:');
    return { kind: 'app-chart', name };
  }
  if (text.includes('://')) {
    assertOneChart(text);
    return { kind: 'address', address: text };
  }
  const isPlain = isObjectName(text) && !archive.test(text);
  return isPlain && !hasFolder ? { kind: 'app-chart', name: text } : { kind: 'file', path: text };
}

/** Without a version, a registry or repository could give another chart each time. */
function assertOneChart(source: string): void {
  if (source.startsWith('oci://')) {
    const { tag, digest } = parseImageReference(source.slice('oci://'.length)) ?? {};
    if (tag === undefined && digest === undefined) throw refuseChart(source, 'expected a version after the name');
  } else if (!/^https?:\/\/[^?#]*\.(?:tgz|tar\.gz)(?:[?#]|$)/.test(source)) {
    throw refuseChart(source, 'expected oci://, or the URL of a .tgz archive');
  }
}

/** An error about the chart of a deployment. */
export function refuseChart(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading chart ${JSON.stringify(source)}: ${why}`, {
    remedy:
      'Give oci://host/path/name:version, the URL of an archive, the name of an AppChart, or a file or folder of the ' +
      'workspace charts. Without that workspace, write ./name for a file or folder.',
  });
}
