import type { AppManifest } from '../../domain/app/app-manifest.ts';
import { manifestOfValues } from '../../domain/app/live-manifest.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import { readHistory } from './read-live-release.ts';
import type { ReleasePorts } from './release-ports.ts';

/** The chart for applications, and Epinio's of the same structure. */
const usualCharts = /^(?:epinio-)?application-\d/;

/**
 * The manifest of a release that has values in the structure of Epinio.
 * @throws HelmError when there is no such release, TaskError `release-invalid` for values of another structure
 */
export async function readLiveManifest(release: ReleaseId, ports: ReleasePorts): Promise<AppManifest> {
  const chart = (await readHistory(release, ports)).at(-1)?.chart ?? '';
  const manifest = manifestOfValues(await ports.helm.values(release), release.namespace);
  const name = `release ${release.namespace}/${release.name}`;
  if (manifest === undefined)
    throw new TaskError('release-invalid', `reading ${name}: its values have no epinio.appName or epinio.imageURL`, {
      remedy: 'Name the release of an application that was pushed with crane-tasks or Epinio.',
    });
  if (!usualCharts.test(chart))
    ports.log.warn(`${name} has the chart ${chart}: write its source into the field configuration.appchart`);
  return manifest;
}
