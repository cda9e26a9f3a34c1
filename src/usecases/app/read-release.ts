import { TaskError } from '../../domain/core/errors.ts';
import { isObject, stringAt } from '../../domain/core/json-object.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { epinioApps } from '../../domain/app/app-chart.ts';
import { epinioReleaseName, type Sha1 } from '../../domain/app/epinio.ts';
import { decodeRelease, type Gunzip, type Release } from '../../domain/helm/release.ts';
import {
  chooseRevision,
  helmSelector,
  isHelm2Release,
  revisionsOf,
  tillerSelector,
  type StoredRevision,
} from '../../domain/helm/revisions.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { checkObject, expectedOf, unexpectedObject } from '../../domain/kube/expected-object.ts';
import { knownKinds, namespaced } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { listObjects } from '../cluster/list-objects.ts';
import { findObject } from '../cluster/find-object.ts';

export interface ReleaseReader {
  readonly cluster: Cluster;
  readonly gunzip: Gunzip;
  readonly sha1: Sha1;
}

/** Helm stores releases in Secrets, or in ConfigMaps where HELM_DRIVER says so. */
const configMaps = namespaced('v1', 'ConfigMap', 'configmaps');
const stores = [knownKinds.secrets, configMaps] as const;

interface StoredRelease {
  readonly kind: ApiKind;
  readonly revisions: readonly StoredRevision[];
}

/** The releases of a namespace by name, sorted. */
export interface StoredReleases {
  readonly namespace: string;
  readonly byName: ReadonlyMap<string, StoredRelease>;
}

/** All releases of Helm 3 in a namespace by name. @throws ClusterStatusError */
export async function listReleases(cluster: Cluster, namespace: string): Promise<StoredReleases> {
  const found = new Map<string, StoredRelease>();
  for (const kind of stores) {
    const revisions = revisionsOf(await listMetadata(cluster, { kind, namespace, labelSelector: helmSelector }));
    const byRelease = Map.groupBy(revisions, ({ release }) => release);
    for (const [release, own] of byRelease) if (!found.has(release)) found.set(release, { kind, revisions: own });
  }
  return { namespace, byName: new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1))) };
}

/**
 * The name of the release that a name stands for: itself, or the release of the Epinio application of this name.
 * @throws TaskError `release-not-found`, `release-invalid` for a release of Helm 2; ClusterStatusError
 */
export async function findReleaseName(
  name: string,
  { namespace, byName }: StoredReleases,
  { cluster, sha1 }: ReleaseReader,
): Promise<string> {
  const generated = epinioReleaseName(name, sha1);
  const found = [name, generated].find((each) => byName.has(each));
  if (found !== undefined) return found;
  const where = `release ${name} in namespace ${namespace}`;
  if (await hasHelm2Release(cluster, namespace, name))
    throw new TaskError('release-invalid', `reading ${where}: it is a release of Helm 2`, {
      remedy: 'Convert it with the plugin helm-2to3 (`helm 2to3 convert`), then run again.',
    });
  const app = findObject(cluster, { kind: epinioApps, namespace, name });
  if ((await app.catch(onRefusal([403, 404], undefined))) !== undefined)
    throw new TaskError('release-not-found', `reading ${where}: the Epinio application has no workload`, {
      remedy: 'Deploy the application with `epinio push`, then run again.',
    });
  const known = [...byName.keys()].join(', ');
  throw new TaskError('release-not-found', `reading ${where}: there is no such release`, {
    remedy: known === '' ? 'Check the namespace and the context: no release is there.' : `Name one of: ${known}.`,
  });
}

/**
 * The deployed revision of a release; what looks secret in its values is redacted from then on.
 * @throws TaskError `release-pending`, `release-invalid`; ClusterStatusError
 */
export async function readRelease(
  name: string,
  { namespace, byName }: StoredReleases,
  { cluster, gunzip }: ReleaseReader,
): Promise<Release> {
  const { kind, revisions } = byName.get(name) ?? { kind: knownKinds.secrets, revisions: [] };
  const { object, revision } = chooseRevision(name, revisions);
  const ref = { kind, namespace, name: object };
  const path = objectPath(ref);
  // Not by getObject: the record would be noted as one secret value, and its parts are what others could quote.
  const expected = { ...expectedOf(kind, namespace), name: object };
  const { resource, unexpected } = checkObject(await cluster.request({ path }), expected, cluster.redactor);
  if (resource === undefined) throw unexpectedObject({ path, server: cluster.server }, unexpected);
  const source = `${kind.kind} ${namespace}/${object}`;
  const release = decodeRelease(recordOf(resource), source, gunzip);
  if (release.name !== name || release.revision !== revision)
    throw new TaskError(
      'release-invalid',
      `reading ${source}: it holds revision ${String(release.revision)} of ${release.name}`,
      {
        remedy: 'Check who changed the object, and upgrade the release with Helm 3, then run again.',
      },
    );
  noteSecrets(release.config, '', cluster.redactor);
  return release;
}

function recordOf(resource: Resource): string {
  const text = stringAt(resource, 'data', 'release') ?? '';
  if (resource.kind !== 'Secret') return text;
  try {
    return atob(text);
  } catch {
    return '';
  }
}

const secretKey = /passw|secret|token|credential|(?:^|[-_.a-z])key$|auth/i;

/** Redacts values of environment variables, and of keys that name a secret, from then on. */
export function noteSecrets(value: unknown, key: string, redactor: Redactor): void {
  if (typeof value === 'string' && (key === 'env' || secretKey.test(key))) redactor.addValue(value);
  else if (Array.isArray(value)) for (const item of value) noteSecrets(item, key, redactor);
  else if (isObject(value)) {
    const name = stringAt(value, 'name') ?? '';
    for (const [member, item] of Object.entries(value)) {
      const isVariable = key === 'env' && (member === 'value' || name === '');
      noteSecrets(item, isVariable ? 'env' : member, redactor);
    }
  }
}

async function hasHelm2Release(cluster: Cluster, namespace: string, name: string): Promise<boolean> {
  for (const kind of stores) {
    const listed = listMetadata(cluster, { kind, namespace, labelSelector: tillerSelector });
    if (isHelm2Release(name, await listed.catch(onRefusal([403], [])))) return true;
  }
  return false;
}

const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

interface MetadataRequest {
  readonly kind: ApiKind;
  readonly namespace: string;
  readonly labelSelector: string;
}

/** Without the records, which can have 1 MiB each. A store that the account may not list has nothing, if it is not Secrets. */
export async function listMetadata(cluster: Cluster, request: MetadataRequest): Promise<readonly Resource[]> {
  let found: Resource[] = [];
  const taker = {
    take: (objects: readonly Resource[]) => {
      found.push(...objects);
      return Promise.resolve(0);
    },
    restart: () => {
      found = [];
    },
  };
  const listing = listObjects({ cluster, ...request, accept: metadataOnly }, taker);
  await (request.kind === knownKinds.secrets ? listing : listing.catch(onRefusal([403], undefined)));
  return found;
}
