import { openInputFolder } from '../../../adapters/files/local-folder.ts';
import { connectRegistry } from '../../../adapters/registry/connect-registry.ts';
import { joinLogins } from '../../../adapters/registry/logins.ts';
import { readCaBundle } from '../../../adapters/registry/read-files.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { parseSurface, surfacePath, type ApiSurface } from '../../../domain/validate/api-surface.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { checkNamespace } from '../../../usecases/scale/scale-down.ts';
import type { ReachRegistry } from '../../../usecases/validate/check-registries.ts';
import { sleepUntil } from '../../shared/sleep.ts';

/** The surface in a folder, or a file of another name. */
export async function readSurface(path: string): Promise<ApiSurface> {
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
 * The namespace at the source, which is called as at the destination unless it is told.
 * @throws TaskError `invalid-param` when the source is asked and neither is told
 */
export function sourceNamespaceOf(params: SourceParams): string {
  const { 'destination-namespace': namespace, 'source-context': context, 'source-namespace': given } = params;
  const found = given === '' ? namespace : given;
  for (const name of [namespace, given]) if (name !== '') checkNamespace(name);
  if (found !== '' || context === '') return found;
  throw new TaskError('invalid-param', `asking for rights at ${context}: no namespace of it is given`, {
    remedy: 'Give source-namespace, or destination-namespace when both have the same name.',
  });
}

interface SourceParams {
  readonly 'destination-namespace': string;
  readonly 'source-context': string;
  readonly 'source-namespace': string;
}

/** Asks registries how they want to be logged in to, without a login. */
export function reachRegistryWith(caBundle: string, context: TaskContext): ReachRegistry {
  const { environment, log, signal } = context;
  return async (host, verifyTls) => {
    const { agents } = await connectRegistry({
      ...{ host, environment, log, signal, verifyTls },
      caBundle: await readCaBundle(caBundle),
      logins: joinLogins(new Map(), undefined),
      pause: sleepUntil(signal, 'reaching a registry'),
    });
    agents.destroy();
  };
}
