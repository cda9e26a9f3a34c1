import { TaskError } from '../core/errors.ts';
import { splitApiVersion } from '../kube/resource.ts';

/** How a kind is scaled down: by a number of replicas, by suspension, or not at all from outside. */
export type ScaleMethod = 'replicas' | 'suspend' | 'none';

export interface ScalableType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly method: ScaleMethod;
  /** Short names that kubectl takes. */
  readonly short: readonly string[];
}

/** In the order in which they are scaled down: kinds that start others first. */
export const scalableTypes: readonly ScalableType[] = [
  { apiVersion: 'batch/v1', kind: 'CronJob', plural: 'cronjobs', method: 'suspend', short: ['cj'] },
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', method: 'replicas', short: ['deploy'] },
  {
    apiVersion: 'apps.openshift.io/v1',
    kind: 'DeploymentConfig',
    plural: 'deploymentconfigs',
    method: 'replicas',
    short: ['dc'],
  },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', method: 'replicas', short: ['sts'] },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', plural: 'replicasets', method: 'replicas', short: ['rs'] },
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    method: 'replicas',
    short: ['rc'],
  },
  { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', method: 'suspend', short: [] },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets', method: 'none', short: ['ds'] },
];

/** Stands for all types. */
export const allTypes = 'all';

/**
 * Reads types as kubectl takes them, separated by commas: singular, plural or short names in any case, with or without
 * group and version. `all` stands for every type.
 * @throws TaskError `invalid-param`
 */
export function parseResourceTypes(text: string): readonly ScalableType[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  if (names.includes(allTypes)) return scalableTypes;
  const unknown = names.find((name) => !scalableTypes.some((type) => isNameOf(name, type)));
  if (unknown === undefined) return scalableTypes.filter((type) => names.some((name) => isNameOf(name, type)));
  const known = [allTypes, ...scalableTypes.map(({ kind }) => kind.toLowerCase())].join(', ');
  throw new TaskError('invalid-param', `reading resource-type: ${JSON.stringify(unknown)} cannot be scaled`, {
    remedy: `Give one of ${known}.`,
  });
}

function isNameOf(name: string, { apiVersion, kind, plural, short }: ScalableType): boolean {
  const { group, version } = splitApiVersion(apiVersion);
  return [kind.toLowerCase(), plural, ...short].some(
    (each) => name === each || (group !== '' && [`${each}.${group}`, `${each}.${version}.${group}`].includes(name)),
  );
}
