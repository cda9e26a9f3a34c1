import { notKubernetes, describeAnswer, listIn } from '../../domain/kube/api-answer.ts';
import {
  apiVersionOf,
  parseClassicKinds,
  chooseVersions,
  parseAggregated,
  parseCoreVersions,
  parseNamedGroups,
  type ApiKind,
  type Discovered,
  type GroupAndVersion,
  type GroupVersion,
} from '../../domain/kube/discovery.ts';
import { groupVersionPath } from '../../domain/kube/api-paths.ts';
import { splitApiVersion } from '../../domain/kube/resource.ts';
import { findDocument } from './find-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { isForbidden, isNotFound, isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { TaskError } from '../../domain/core/errors.ts';

/** Kinds by `<apiVersion> <kind>`. */
export type ApiKinds = ReadonlyMap<string, ApiKind>;

// Strict, since it becomes part of a path.
const apiVersionPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[a-z0-9]+$/;

/**
 * Asks a cluster for the kinds of the given group versions, one request each, all at once. What the cluster does not
 * serve is absent.
 * @throws ClusterStatusError for refusals other than 404, TaskError `not-kubernetes` for a server that is not an API
 *   server, TaskError when the cluster does not answer
 */
export async function resolveKinds(cluster: Cluster, apiVersions: Iterable<string>): Promise<ApiKinds> {
  const wanted = [...new Set(apiVersions)].filter((apiVersion) => apiVersionPattern.test(apiVersion));
  const found = await Promise.all(wanted.map((apiVersion) => kindsOf(cluster, apiVersion)));
  if (wanted.length > 0 && found.flat().length === 0) await assertKubernetes(cluster);
  return new Map(found.flat().map((kind) => [kindKey({ apiVersion: apiVersionOf(kind), kind: kind.kind }), kind]));
}

/** The key of a kind in `ApiKinds`. */
export function kindKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return `${apiVersion} ${kind}`;
}

async function kindsOf(cluster: Cluster, apiVersion: string): Promise<readonly ApiKind[]> {
  const { group, version } = splitApiVersion(apiVersion);
  const path = groupVersionPath({ group, version });
  const list = await findDocument(cluster, path);
  if (list === undefined) return [];
  const { kinds, reason } = parseClassicKinds(group, version, list);
  if (kinds === undefined) throw notKubernetes({ path, server: cluster.server }, reason);
  return kinds.filter(({ plural, kind }) => kind !== '' && /^[a-z0-9.-]+$/.test(plural));
}

const path = '/api';

/**
 * Makes sure that a server is the API server of a cluster: one that answers 404 to each request, or with any JSON, looks
 * like a cluster that has nothing. An account that may not read /api is believed.
 * @throws TaskError `not-kubernetes`, ClusterStatusError
 */
export async function assertKubernetes(cluster: Cluster): Promise<void> {
  const { server } = cluster;
  try {
    const answer = await cluster.request({ path });
    if (listIn(answer, 'versions', 'APIVersions') !== undefined) return;
    throw notKubernetes({ path, server }, `expected APIVersions, got ${describeAnswer(answer)}`);
  } catch (error) {
    if (isNotFound(error)) throw notKubernetes({ path, server }, 'it does not exist (404)');
    if (!isForbidden(error)) throw error;
  }
}

/** Both aggregated formats, then the classic one for servers that know neither. */
const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');
const accept = `${aggregated},application/json`;

/**
 * All kinds that an API server serves, in two requests where it knows aggregated discovery (Kubernetes 1.26 and
 * newer), else in one per group version.
 * @throws TaskError `not-kubernetes` for a server that has no such documents or serves no kinds at all, ClusterStatusError
 */
export async function discoverAllKinds(cluster: Cluster): Promise<Discovered> {
  return chooseVersions(await discoverVersions(cluster));
}

/** The same with each kind in every version, preferred first. @throws TaskError `not-kubernetes`; ClusterStatusError */
export async function discoverVersions(cluster: Cluster): Promise<readonly GroupVersion[]> {
  const versions = await readVersions(cluster);
  // An API server has kinds of its own: without any, all else would be "nothing found" without an error.
  if (versions.some(({ kinds = [] }) => kinds.length > 0)) return versions;
  const [cause] = versions.map(({ reason }) => reason).filter((reason) => reason !== '');
  const found = 'it serves no kinds of objects';
  const asked = { path: '/api and /apis', server: cluster.server };
  throw notKubernetes(asked, cause === undefined ? found : `${found}: ${cause}`);
}

async function readVersions(cluster: Cluster): Promise<readonly GroupVersion[]> {
  const [core, groups] = await Promise.all([
    cluster.request({ path: '/api', accept }),
    cluster.request({ path: '/apis', accept }),
  ]);
  const [coreVersions, groupVersions] = [parseAggregated(core), parseAggregated(groups)];
  if (coreVersions === undefined || groupVersions === undefined) return discoverClassic(cluster);
  return [...coreVersions, ...groupVersions];
}

async function discoverClassic(cluster: Cluster): Promise<readonly GroupVersion[]> {
  const [core, groups] = await Promise.all([cluster.request({ path: '/api' }), cluster.request({ path: '/apis' })]);
  const coreVersions = parseCoreVersions(core);
  const refuse = (path: string, expected: string, got: unknown): TaskError =>
    notKubernetes({ path, server: cluster.server }, `expected ${expected}, got ${describeAnswer(got)}`);
  if (coreVersions === undefined) throw refuse('/api', 'APIVersions', core);
  const named = parseNamedGroups(groups);
  if (named === undefined) throw refuse('/apis', 'APIGroupList', groups);
  return Promise.all([...coreVersions, ...named].map((version) => readVersion(cluster, version)));
}

async function readVersion(cluster: Cluster, { group, version }: GroupAndVersion): Promise<GroupVersion> {
  try {
    const path = groupVersionPath({ group, version });
    return parseClassicKinds(group, version, await cluster.request({ path }));
  } catch (error) {
    if (!isRefusalOfRequest(error)) throw error;
    return { group, version, kinds: undefined, reason: error.message };
  }
}
