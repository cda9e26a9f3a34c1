import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder, openInputFolder } from '../../../adapters/files/local-folder.ts';
import { connectRegistry } from '../../../adapters/registry/connect-registry.ts';
import { joinLogins } from '../../../adapters/registry/logins.ts';
import { readCaBundle } from '../../../adapters/registry/read-files.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { parseSurface, surfacePath, type ApiSurface } from '../../../domain/validate/api-surface.ts';
import { steps, type Step } from '../../../domain/validate/rights.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { isKustomization } from '../../../usecases/apply/check-kustomization.ts';
import { readManifests } from '../../../usecases/apply/read-manifests.ts';
import { checkNamespace } from '../../../usecases/scale/scale-down.ts';
import type { ReachRegistry } from '../../../usecases/validate/check-registries.ts';
import { readKustomization } from '../../shared/built-kustomization.ts';
import { sleepUntil } from '../../shared/sleep.ts';

interface Planned {
  readonly resources: readonly Resource[];
  readonly unread: readonly Item[];
}

/** What shall be moved, from a folder with a kustomization, with an export, or with plain manifests. */
export async function readPlannedResources(path: string, context: TaskContext): Promise<Planned> {
  if (path === '') return { resources: [], unread: [] };
  const folder = openFolder(path);
  const files = await folder.list();
  if (isKustomization(files)) return { resources: await readKustomization(path, context), unread: [] };
  const isRendered = files.some((file) => file.startsWith('resources/'));
  const content = isRendered ? folder.folder('resources') : folder;
  const ports = { yaml: yamlCodec, sha256: sha256Of };
  const { files: manifests, items } = await readManifests({ folder: content, indexDigest: '' }, ports);
  if (manifests.length === 0 && items.length === 0) {
    throw new TaskError('invalid-file', `reading ${path}: there are no manifests`, {
      remedy: 'Give the folder of crane-export, of crane-apply, or of crane-kustomize-init.',
    });
  }
  return { resources: manifests.flatMap((manifest) => manifest.resources), unread: items };
}

/** The surface in a folder, or a file of another name. */
export async function readSurface(path: string): Promise<ApiSurface> {
  const cut = path.lastIndexOf('/');
  const text =
    (await openInputFolder(path).read(surfacePath)) ??
    (path.endsWith('.json') ? await openInputFolder(path.slice(0, cut)).read(path.slice(cut + 1)) : undefined);
  if (text !== undefined) return parseSurface(text);
  throw new TaskError('invalid-file', `reading the captured API surface in ${path}: there is no ${surfacePath}`, {
    remedy: `Run crane-validate against the destination and take the ${surfacePath} that it writes.`,
  });
}

/**
 * The steps in a comma-separated list.
 * @throws TaskError `invalid-param`
 */
export function parseSteps(text: string): ReadonlySet<Step> {
  const words = parseCommaList(text);
  const known = steps.filter((step) => words.includes(step));
  if (new Set(words).size === known.length) return new Set(known);
  throw new TaskError('invalid-param', `reading --steps: ${JSON.stringify(text)}`, {
    remedy: `List some of ${steps.join(', ')}, separated by commas.`,
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
