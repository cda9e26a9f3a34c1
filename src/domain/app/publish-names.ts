import { TaskError } from '../core/errors.ts';
import { stringAt, type JsonObject } from '../core/json-object.ts';
import { isRepositoryPath } from '../oci/image-location.ts';
import { tagOfVersion } from '../oci/chart-artifact.ts';

/** Names of a published chart, as the user gave them. */
export interface PublishNames {
  /** Namespace of an application of Epinio, the first part of its default names. */
  readonly namespace: string | undefined;
  readonly chartName: string | undefined;
  readonly chartVersion: string | undefined;
  readonly imageName: string | undefined;
  readonly imageTag: string | undefined;
}

export interface ChosenNames {
  readonly chartName: string;
  readonly chartVersion: string;
  readonly imageName: string | undefined;
  readonly imageTag: string | undefined;
}

// https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
const number = '(?:0|[1-9]\\d*)';
const identifier = `(?:${number}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const semVer = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);

const longestTag = 128;

/**
 * Chooses the names of a chart and its image. An application of Epinio gets the names that Epinio gives it, because all
 * of them have the same chart: `<namespace>-<app>-chart` 0.0.0 and `<namespace>-<app>-image` with its stage as tag. Other
 * charts keep their name and version.
 * @throws TaskError `invalid-param`, all problems at once
 */
export function choosePublishNames(names: PublishNames, values: JsonObject, metadata: JsonObject): ChosenNames {
  const epinio = epinioNames(names.namespace, values);
  const chartName = names.chartName ?? epinio?.chartName ?? stringAt(metadata, 'name') ?? '';
  const chartVersion = names.chartVersion ?? epinio?.chartVersion ?? stringAt(metadata, 'version') ?? '';
  const problems = [
    ...(isRepositoryPath(chartName) && !chartName.includes('/')
      ? []
      : [
          `--chart-name: expected one part of a path in lower case, such as web-chart, got ${JSON.stringify(chartName)}`,
        ]),
    ...(isSemVer(chartVersion)
      ? []
      : [`--chart-version: expected a semantic version such as 1.2.3, got ${JSON.stringify(chartVersion)}`]),
  ];
  if (problems.length > 0)
    throw new TaskError('invalid-param', `choosing names: ${problems.join('; ')}`, {
      remedy: 'Give a name of lower-case letters, digits and dashes, and a version of three numbers (semver.org).',
    });
  return {
    chartName,
    chartVersion,
    imageName: names.imageName ?? epinio?.imageName,
    imageTag: names.imageTag ?? epinio?.imageTag,
  };
}

function isSemVer(text: string): boolean {
  return semVer.test(text) && tagOfVersion(text).length <= longestTag;
}

function epinioNames(namespace: string | undefined, values: JsonObject): ChosenNames | undefined {
  const app = stringAt(values, 'epinio', 'appName');
  if (app === undefined) return undefined;
  const base = namespace === undefined ? app : `${namespace}-${app}`;
  // An application that was pushed as an image has an empty stage.
  const imageTag = stringAt(values, 'epinio', 'stageID') || undefined;
  return { chartName: `${base}-chart`, chartVersion: '0.0.0', imageName: `${base}-image`, imageTag };
}

/**
 * Refuses a path that names the chart itself: helm appends its name.
 * @throws TaskError `invalid-param`
 */
export function assertChartPath(path: string, { chartName, chartVersion }: ChosenNames): void {
  if (path !== chartName && !path.endsWith(`/${chartName}`)) return;
  const parent = path.slice(0, -chartName.length).replace(/\/$/, '');
  throw new TaskError('invalid-param', `choosing names: the path ${path} ends with the name of the chart`, {
    remedy: `Give ${parent === '' ? 'no path' : `the path ${parent}`}: the chart becomes ${path}:${tagOfVersion(chartVersion)}.`,
  });
}
