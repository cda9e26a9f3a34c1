import type { AppChart } from '../../domain/app/app-chart.ts';
import { releaseNameOf, type Sha1 } from '../../domain/app/epinio.ts';
import { deployValues, pulledImage, type DeploySettings } from '../../domain/app/deploy-values.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import { checkPulled, type PullPorts } from './check-pulled.ts';
import { installRelease, type InstalledRelease } from './install-release.ts';
import { listReleases, noteSecrets } from './read-release.ts';
import type { ReleaseLimits, ReleasePorts } from './release-ports.ts';

export type AppDeployResult = 'release' | 'revision' | 'urls';

type DeployReason = 'release' | 'appImages';

export interface ChartToDeploy {
  /** Path of its folder or archive. */
  readonly path: string;
  /** Where it is from, for the report. */
  readonly source: string;
  /** The AppChart that names it. */
  readonly appChart: AppChart | undefined;
}

export interface DeployRequest {
  readonly namespace: string;
  readonly settings: DeploySettings;
  readonly chart: ChartToDeploy;
  /** Values with lower priority than the settings. */
  readonly base: JsonObject;
  readonly limits: ReleaseLimits;
  /** Checks everything and changes nothing. */
  readonly dryRun: boolean;
}

export interface DeployPorts extends ReleasePorts, Pick<PullPorts, 'pulled' | 'pause'> {
  readonly sha1: Sha1;
}

/**
 * Deploys an image as a Helm release. An application that Epinio deployed keeps its release. Nothing is changed when the
 * release already has this content. An image that the nodes pull from another address must be there.
 * @throws TaskError `invalid-param` for settings, and what checkPulled and installRelease throw
 */
export async function deployApplication(
  request: DeployRequest,
  ports: DeployPorts,
): Promise<Outcome<AppDeployResult, DeployReason>> {
  const { namespace, settings, chart, base, limits, dryRun } = request;
  const values = deployValues(settings, base, chart.appChart);
  // helm and API servers repeat values in error messages.
  for (const each of [base, values]) noteSecrets(each, '', ports.log.redactor);
  const pulled = pulledImage(settings);
  const unchecked = pulled === undefined ? [] : await checkPulled([pulled], ports);
  const { byName } = await listReleases(ports.cluster, namespace);
  const name = releaseNameOf(settings.app, (release) => byName.has(release), ports.sha1);
  const texts = [base, values].map((each) => ports.yaml.format(each));
  const installed = await installRelease({ namespace, name, chart: chart.path, values: texts, limits, dryRun }, ports);
  return outcomeOf({ place: `${namespace}/${name}`, name, source: chart.source, unchecked }, installed);
}

interface Deployed {
  readonly place: string;
  readonly name: string;
  readonly source: string;
  /** Addresses that could not be checked. */
  readonly unchecked: readonly Item<'appImages'>[];
}

function outcomeOf(
  { place, name, source, unchecked }: Deployed,
  installed: InstalledRelease,
): Outcome<AppDeployResult, DeployReason> {
  const { outcome, revision, urls, storedBytes, leftOver } = installed;
  const where = urls.length === 0 ? 'without a route' : urls.join(', ');
  return {
    items: [
      {
        id: `release ${place}`,
        outcome: 'done',
        reason: outcome,
        message: where,
        evidence: { revision, 'stored-bytes': storedBytes, chart: source },
      },
      ...leftOver.map((resource) => ({
        id: describeResource(resource),
        outcome: 'skipped' as const,
        reason: 'left-over' as const,
      })),
      ...unchecked,
    ],
    results: { release: name, revision: String(revision), urls: urls.join(',') },
    summary: `release ${place} ${outcome} at revision ${String(revision)}, ${where}`,
  };
}
