import { TaskError } from '../../../domain/core/errors.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { apiVersionOf, type ApiKind } from '../../../domain/kube/discovery.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { isNamespaceName } from '../../../domain/kube/resource.ts';
import { isConflict, isForbidden, onRefusal } from '../../../domain/kube/status-error.ts';
import { findNamespace } from '../../cluster/find-object.ts';
import { createObject } from '../../cluster/write-object.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import type { SyncRequest } from './read-request.ts';

/** The projects into which images are pushed: the first part of each repository. In the registry of a cluster these are namespaces. */
export function projectsOf(request: SyncRequest): readonly string[] {
  const paths =
    request.kind === 'source-file'
      ? [request.target.path]
      : [...request.plan.images, ...(request.plan.unpinned ?? [])].map(({ destination }) => destination.path);
  return [...new Set(paths.map((path) => path.split('/')[0] ?? ''))];
}

/**
 * Creates the projects that a registry lacks, where it has some of its own.
 * @returns those that it has no notion of
 * @throws TaskError `forbidden` when the login may not create one
 */
export async function createInRegistry(
  names: readonly string[],
  registry: Pick<Registry, 'createProject'>,
  log: Pick<Log, 'info' | 'debug'>,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of names) {
    const created = await registry.createProject(name).catch((error: unknown) => {
      if (!(error instanceof SyncFailure)) throw error;
      if (error.kind === 'denied') throw mayNot(name, error);
      // The copy of each image has the cause and its remedy.
      log.debug(error.message);
      return 'unsupported' as const;
    });
    if (created === 'unsupported') left.push(name);
    if (created === 'created') log.info(`created project ${name} of the destination registry`);
  }
  return left;
}

function mayNot(name: string, cause: SyncFailure): TaskError {
  return new TaskError('forbidden', cause.message, {
    cause,
    remedy: `Create project ${name} in Harbor, or give a login that may create projects.`,
  });
}

/**
 * Creates the namespaces that a cluster lacks. OpenShift is asked for a project, as a person would ask: the account that
 * asks becomes its administrator. Other clusters get a namespace.
 * @throws TaskError `forbidden` when the account may not create one, ClusterStatusError for other refusals
 */
export async function createProjects(
  cluster: Cluster,
  names: readonly string[],
  log: Pick<Log, 'info'>,
): Promise<void> {
  for (const name of names.filter(isNamespaceName)) {
    const found = await findNamespace(cluster, name);
    // An account may see nothing of a namespace, whether it is there or not.
    if (typeof found === 'object') continue;
    const isCreated = await create(cluster, name);
    if (isCreated) log.info(`created namespace ${name} of ${cluster.contextName}`);
  }
}

/** Returns whether it was not there. Where there are no projects, an account without rights is refused, too. */
async function create(cluster: Cluster, name: string): Promise<boolean> {
  try {
    const asked = await ask(cluster, knownKinds.projectrequests, name).catch(
      onRefusal([403, 404], 'no-projects' as const),
    );
    if (asked === 'no-projects') await ask(cluster, knownKinds.namespaces, name);
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    if (!isForbidden(error)) throw error;
    throw new TaskError('forbidden', `creating namespace ${name} of ${cluster.contextName}: the account may not`, {
      cause: error,
      remedy: `Create it, for example with 'oc new-project ${name}', or let the account create it.`,
    });
  }
}

function ask(cluster: Cluster, kind: ApiKind, name: string): Promise<unknown> {
  const body = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name } };
  return createObject(cluster, { kind, namespace: '', body });
}
