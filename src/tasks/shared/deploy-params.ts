import { parseAssignments } from '../../domain/app/assignments.ts';
import type { DeploySettings } from '../../domain/app/deploy-values.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Params, ValuesOf } from '../../runtime/define-task.ts';
import { list, optional, toggle } from './param-kinds.ts';
import { commonParams } from './params.ts';

/** What users say about an application besides its name and its image. Names are those of Epinio where it has them. */
export const deployParams = {
  chart: optional(
    'Source of the chart: the name of an AppChart of Epinio, oci://host/path/name:version, the URL of an archive, or an ' +
      'archive or folder of the workspace charts. With that workspace, an AppChart is appchart:name. Empty or standard: ' +
      'the chart of crane-tasks for applications.',
  ),
  'system-namespace': commonParams['system-namespace'],
  'pull-registry': optional(
    'Address by which the nodes reach that registry, if it is another one: host or host:port. Empty: the same.',
  ),
  routes: list(
    'Routes of the application, domain[/path], separated by commas. Empty: app.domain, with the params app and domain.',
  ),
  'no-routes': toggle(false, 'Whether the application gets no route.'),
  domain: optional('Domain below which the default route is. Empty: there is no default route.'),
  instances: optional('Number of pods. Empty: the number in the values of the chart.'),
  environment: {
    ...list(
      'Environment variables, NAME=value, separated by commas. In a JSON array, values may have commas. The values are ' +
        'part of the release. Empty: those in the values of the chart.',
    ),
    allowsCommas: true,
    isSecret: true,
  },
  'environment-secret': optional(
    'Secret in the namespace of the application whose keys become environment variables. Empty: none.',
  ),
  configurations: list(
    'Secrets that are mounted below /configurations, name[:folder], separated by commas. Without a folder: in the folder ' +
      'of that name. Empty: those in the values of the chart.',
  ),
  'service-account': optional('ServiceAccount of the pods. Empty: the default account of the namespace.'),
  'image-pull-secrets': list(
    'Secrets with logins for the registries of images, separated by commas. Empty: those of the ServiceAccount.',
  ),
  'ingress-class': optional('Class of the Ingresses. Empty: the default class of the cluster.'),
  'tls-issuer': optional(
    'ClusterIssuer of cert-manager that issues certificates for the routes. Empty: no certificates.',
  ),
  'health-path': optional('Path of the HTTP health check. Empty: the check opens a connection to the port.'),
  settings: {
    ...list(
      'Settings of the chart, NAME=value, separated by commas: values below userConfig such as appListeningPort=9000. In a ' +
        'JSON array, values may have commas. Those of an AppChart must be declared there and get the declared type. Empty: ' +
        'none.',
    ),
    allowsCommas: true,
  },
} as const satisfies Params;

const mostInstances = 10_000;

/** @throws TaskError `invalid-param` */
export function parseDeploySettings(params: ValuesOf<typeof deployParams>): Omit<DeploySettings, 'app' | 'image'> {
  const { 'health-path': healthPath } = params;
  if (healthPath?.startsWith('/') === false)
    throw new TaskError(
      'invalid-param',
      `--health-path: expected a path such as /health, got ${JSON.stringify(healthPath)}`,
      {
        remedy: 'Begin the path with a slash.',
      },
    );
  return {
    pullRegistry: params['pull-registry'],
    routes: parseCommaList(params.routes),
    noRoutes: params['no-routes'],
    domain: params.domain,
    instances: parseInstances(params.instances),
    environment: parseAssignments(params.environment, 'environment'),
    environmentSecret: params['environment-secret'],
    configurations: parseCommaList(params.configurations),
    serviceAccount: params['service-account'],
    pullSecrets: parseCommaList(params['image-pull-secrets']),
    ingressClass: params['ingress-class'],
    tlsIssuer: params['tls-issuer'],
    healthPath,
    settings: parseAssignments(params.settings, 'settings'),
  };
}

function parseInstances(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= mostInstances) return value;
  const expected = `a whole number from 0 to ${String(mostInstances)}`;
  throw new TaskError('invalid-param', `--instances: expected ${expected}, got ${JSON.stringify(text)}`, {
    remedy: 'Give a number of pods.',
  });
}
