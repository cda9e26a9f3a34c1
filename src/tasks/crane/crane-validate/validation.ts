import type { ApiSurface } from '../../../domain/schemas/documents.ts';
import { openInputFolder, openFolder } from '../../../adapters/files/local-folder.ts';
import { connectRegistry } from '../../../adapters/registry/connect-registry.ts';
import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { letYoungGrowFor } from '../../../runtime/keep-heap-small.ts';
import { joinLogins } from '../../../adapters/registry/logins.ts';
import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { parseSurface, surfacePath, formatSurface } from '../../../domain/validate/api-surface.ts';
import type { TaskContext, TaskInput, ValuesOf } from '../../../runtime/define-task.ts';
import { checkNamespace } from '../../../usecases/scale/scale-down.ts';
import type { ReachRegistry } from '../../../usecases/validate/check-registries.ts';
import { claimWishesOf } from '../../shared/claim-wishes.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { connectCluster } from '../../../adapters/kube/connect.ts';
import { validateMove } from '../../../usecases/validate/validate-move.ts';
import { captureSurface, describeSurface } from '../../../usecases/validate/capture-surface.ts';
import { parseSteps } from '../../../domain/validate/rights.ts';
import { readAnyPlanned } from '../../../usecases/apply/read-manifests.ts';
import { plannedPorts } from '../../shared/built-kustomization.ts';
import type { validateParams, validateWorkspaces } from './params.ts';

export async function runValidate(
  { params, workspaces }: TaskInput<typeof validateParams, typeof validateWorkspaces>,
  context: TaskContext,
) {
  const { log, signal, environment } = context;
  const { kubeconfig, 'ca-bundle': caBundle } = workspaces;
  const isCopied = params.images === 'copy';
  const steps = new Set([...parseSteps(params.steps)].filter((step) => isCopied || step !== 'images'));
  const sourceNamespace = sourceNamespaceOf(params) ?? '';
  const planned = await readPlanned(workspaces.manifests, context);
  const kubeconfigDigest = params['kubeconfig-digest'];
  const common = { kubeconfig, kubeconfigDigest, environment, log, signal, caBundle };
  const connect = (name: string | undefined) => connectCluster({ ...common, context: name });
  const destination = workspaces.surface === undefined ? await connect(params['destination-context']) : undefined;
  const source = params['source-context'] === undefined ? undefined : await connect(params['source-context']);
  try {
    const namespace = params['destination-namespace'] ?? '';
    const surface = destination
      ? await captureSurface(destination, namespace)
      : await readSurface(workspaces.surface ?? '');
    log.info(describeSurface(surface));
    if (destination) await openFolder(workspaces.validate).write(surfacePath, formatSurface(surface));
    const registryOf = (side: 'source' | 'destination') => ({
      side,
      internal: params[`${side}-registry-internal`],
      public: params[`${side}-registry-public`],
      verifyTls: params[`${side}-registry-tls-verify`],
    });
    const registries = isCopied ? [registryOf('source'), registryOf('destination')] : [];
    const reachRegistry = reachRegistryWith(caBundle, context);
    return await validateMove(
      { ...planned, surface, namespace, sourceNamespace, steps, registries, claimWishes: claimWishesOf(params) },
      { destination, source, reachRegistry, log, makeList: makePackedList },
    );
  } finally {
    await Promise.all([destination?.close(), source?.close()]);
  }
}

async function readPlanned(manifests: string | undefined, context: TaskContext) {
  if (manifests === undefined) return { resources: [], unread: [] };
  const ports = { ...plannedPorts(context), makeList: makePackedList };
  const planned = await readAnyPlanned(openFolder(manifests), ports);
  letYoungGrowFor(planned.resources.length);
  return planned;
}

/** The surface in a folder, or a file of another name. */
async function readSurface(path: string): Promise<ApiSurface> {
  const cut = path.lastIndexOf('/');
  const text =
    (await openInputFolder(path).read(surfacePath)) ??
    (path.endsWith('.json') ? await openInputFolder(path.slice(0, cut)).read(path.slice(cut + 1)) : undefined);
  if (text !== undefined) return parseSurface(text);
  throw new TaskError('invalid-file', `reading the captured API surface in ${path}: there is no ${surfacePath}`, {
    remedy: `Validate against the destination and take the ${surfacePath} that it writes.`,
  });
}

/**
 * The namespace at the source; empty means the name at the destination.
 * @throws TaskError `invalid-param` when the source is asked and neither is given
 */
function sourceNamespaceOf(params: ValuesOf<typeof validateParams>): string | undefined {
  const { 'destination-namespace': namespace, 'source-context': context, 'source-namespace': given } = params;
  const found = given ?? namespace;
  for (const name of [namespace, given]) if (name !== undefined) checkNamespace(name);
  if (found !== undefined || context === undefined) return found;
  throw new TaskError('invalid-param', `asking for rights at ${context}: no namespace of it is given`, {
    remedy: 'Give source-namespace, or destination-namespace when both have the same name.',
  });
}

/** Asks registries how they want to be logged in to, without a login. */
function reachRegistryWith(caBundle: string | undefined, context: TaskContext): ReachRegistry {
  const { environment, log, signal } = context;
  return async (host, verifyTls) => {
    const { agents } = await connectRegistry({
      host,
      environment,
      log,
      signal,
      verifyTls,
      caBundle: await readCaBundle(caBundle),
      logins: joinLogins(new Map(), undefined),
      pause: sleepUntil(signal, 'reaching a registry'),
    });
    agents.destroy();
  };
}
