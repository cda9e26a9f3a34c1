import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import { formatBytes } from '../../domain/core/format-bytes.ts';
import { describeClash, findClashes, isIngress, urlsOf } from '../../domain/app/routes.ts';
import { isUnchanged, leftOver, type StoredRelease } from '../../domain/app/release-plan.ts';
import type { ChartInput, ReleaseId, Revision, UpgradeRequest } from '../../domain/helm/helm.ts';
import { resourcesOf } from '../../domain/helm/rendered-objects.ts';
import { largestParts, mostStored, storedSizeOf } from '../../domain/helm/stored-size.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import { resolveKinds, kindKey } from '../cluster/resolve-kinds.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { findObject } from '../cluster/find-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { recoverRelease } from './recover-release.ts';
import type { ReleaseLimits, ReleasePorts } from './release-ports.ts';
import { readSettledHistory } from './settled-history.ts';
import { awaitedOf, longestSeconds, runHelm } from './run-helm.ts';
import { withRelease } from './with-release.ts';

export interface InstallRequest extends ChartInput, ReleaseId {
  readonly limits: ReleaseLimits;
  /** Checks everything and changes nothing. */
  readonly dryRun: boolean;
}

export interface InstalledRelease {
  readonly outcome: 'installed' | 'upgraded' | 'unchanged' | 'checked';
  readonly revision: number;
  /** Of all Ingresses of the release. */
  readonly urls: readonly string[];
  readonly objects: readonly Resource[];
  /** Objects of unfinished revisions that the release no longer has. They are not deleted. */
  readonly leftOver: readonly Resource[];
  /** Estimated bytes of the stored release. */
  readonly storedBytes: number;
}

interface Plan {
  readonly release: JsonObject;
  readonly objects: readonly Resource[];
  readonly storedBytes: number;
}

/**
 * Installs a release or upgrades it, and waits until it is ready. A release that an earlier run left unfinished is
 * recovered first, so that running again always continues. Nothing is changed when the release is too large to store, or
 * when a route belongs to another release. A release that already has this content is left as it is.
 * @throws TaskError `timeout` for another live run and for pods that do not start, `name-collision` for routes,
 *   `invalid-file` for the size, `incomplete` for another program that changes the release; HelmError; ClusterStatusError
 */
export function installRelease(request: InstallRequest, ports: ReleasePorts): Promise<InstalledRelease> {
  return withRelease({ ...request, ...request.limits }, ports, (lost) => install(request, ports, lost));
}

async function install(request: InstallRequest, ports: ReleasePorts, lost: AbortSignal): Promise<InstalledRelease> {
  const { helm } = ports;
  // A dry run deletes nothing, so that it has nothing to wait for.
  const settled = await readSettledHistory(request, request.dryRun ? 0 : request.limits.patience, ports);
  const { history, recovery } = settled;
  const plan = await planInstall(request, recovery.kind === 'none' ? 'upgrade' : 'install', ports);
  assertStorable(request, plan, ports);
  await assertRoutesFree(request, plan, ports);
  const outcome = {
    urls: urlsOf(plan.objects.filter(isIngress)),
    objects: plan.objects,
    storedBytes: plan.storedBytes,
  };
  const last = history.at(-1);
  if (request.dryRun) return { ...outcome, outcome: 'checked', revision: last?.revision ?? 0, leftOver: [] };
  const awaited = awaitedOf(plan.objects);
  const run = { release: request, awaited, hooks: hooksOf(plan, request, ports), limits: request.limits, lost };
  if (last !== undefined && recovery.kind === 'none' && (await isPresent(plan, last, { request, ports }))) {
    await runHelm({ ...run, run: () => Promise.resolve() }, ports);
    return { ...outcome, outcome: 'unchanged', revision: last.revision, leftOver: [] };
  }
  const former = await recoverRelease(request, settled, ports);
  const isNew = last === undefined || recovery.kind === 'forget' || recovery.kind === 'finish-uninstall';
  const revision = await runHelm({ ...run, run: (signal) => helm.upgrade(upgradeRequest(request), signal) }, ports);
  const remaining = former.length === 0 ? [] : leftOver(former, plan.objects);
  for (const resource of remaining)
    ports.log.warn(`left over from an unfinished revision: ${describeResource(resource)}`);
  return { ...outcome, outcome: isNew ? 'installed' : 'upgraded', revision, leftOver: remaining };
}

async function planInstall(request: InstallRequest, as: 'install' | 'upgrade', ports: ReleasePorts): Promise<Plan> {
  const release = await ports.helm.dryRun(upgradeRequest(request), as);
  const objects = resourcesOf(stringAt(release, 'manifest') ?? '', request.namespace, ports.yaml);
  return { release, objects, storedBytes: storedSizeOf(release, ports.compress) };
}

function upgradeRequest({ namespace, name, chart, version, values, limits }: InstallRequest): UpgradeRequest {
  const { historyLimit, wait } = limits;
  return { namespace, name, chart, version, values, historyLimit, wait, timeoutSeconds: longestSeconds };
}

function hooksOf({ release }: Plan, { namespace }: ReleaseId, { yaml }: ReleasePorts) {
  const texts = arrayAt(release, 'hooks').map((hook) => stringAt(hook, 'manifest') ?? '');
  return awaitedOf(texts.flatMap((text) => resourcesOf(text, namespace, yaml)));
}

/** @throws TaskError `invalid-file` */
function assertStorable(
  { namespace, name }: ReleaseId,
  { release, storedBytes }: Plan,
  { compress }: ReleasePorts,
): void {
  if (storedBytes <= mostStored) return;
  const largest = largestParts(release, compress).map((part) => `${part.name} (${formatBytes(part.bytes)})`);
  const size = `${formatBytes(storedBytes)}, more than ${formatBytes(mostStored)}`;
  const message = `installing release ${namespace}/${name}: helm would store ${size}; largest: ${largest.join(', ')}`;
  throw new TaskError('invalid-file', message, {
    remedy:
      'Remove the files from the chart or list them in its .helmignore; put large values into a ConfigMap or Secret.',
  });
}

/** @throws TaskError `name-collision` */
async function assertRoutesFree(request: InstallRequest, { objects }: Plan, ports: ReleasePorts): Promise<void> {
  if (!objects.some(isIngress)) return;
  const clashes = findClashes(objects, await listIngresses(request, ports), request);
  if (clashes.length === 0) return;
  const message = `installing release ${request.namespace}/${request.name}: ${clashes.map(describeClash).join('; ')}`;
  throw new TaskError('name-collision', message, {
    remedy: 'Change the routes in the values, or delete the other release first.',
  });
}

async function listIngresses(request: InstallRequest, { cluster, log }: ReleasePorts): Promise<readonly Resource[]> {
  const kind = knownKinds.ingresses;
  try {
    return await collectObjects({ cluster, kind, namespace: '' });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    log.warn(`routes are compared with namespace ${request.namespace} only: the account may not list all Ingresses`);
    return collectObjects({ cluster, kind, namespace: request.namespace });
  }
}

interface Question {
  readonly request: InstallRequest;
  readonly ports: ReleasePorts;
}

const readsAtOnce = 8;

/** Whether the last revision has the planned content, and all of its objects exist. */
async function isPresent(plan: Plan, last: Revision, { request, ports }: Question): Promise<boolean> {
  if (last.status !== 'deployed') return false;
  const { helm, cluster } = ports;
  const [manifest, hooks, values] = await Promise.all([
    helm.manifest(request),
    helm.hooks(request),
    helm.values(request),
  ]);
  const stored: StoredRelease = { manifest, hooks, values, chart: last.chart };
  if (!isUnchanged(plan.release, stored)) return false;
  const kinds = await resolveKinds(
    cluster,
    plan.objects.map(({ apiVersion }) => apiVersion),
  );
  const present = await mapConcurrently(plan.objects, readsAtOnce, async (resource) => {
    const kind = kinds.get(kindKey(resource));
    const { namespace = '', name } = resource.metadata;
    return kind !== undefined && (await findObject(cluster, { kind, namespace, name })) !== undefined;
  });
  return present.every((each) => each);
}
