import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Redactor } from '../../../domain/core/secret.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { formatImageName, isRegistryHost, isRepositoryPath } from '../../../domain/oci/image-location.ts';
import { parseSyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import { plainRules, type PlacingRules } from '../../../domain/images/plan/placing-rules.ts';
import { excludeImages } from '../../../domain/images/plan/exclude-images.ts';
import type { ImagePattern } from '../../../domain/images/plan/image-choice.ts';
import type { SkippedImage } from '../../../domain/schemas/documents.ts';
import { normalizeHost } from '../../../domain/images/registry-hosts.ts';
import type { ImageLocation } from '../../../domain/oci/image-location.ts';
import { parseSourceFile, type SourceFile } from '../../../domain/images/skopeo/source-file.ts';
import type { Folder, YamlCodec } from '../../../domain/core/ports.ts';
import { readPlacingRules } from '../plan/read-placing-rules.ts';

export interface RequestParams {
  /** Name of the file in the folder; else `plan.json`, or `source.yaml` where there is no plan. */
  readonly sourceFile: string | undefined;
  /** `sha256:<hex>` that the file must have. */
  readonly planDigest: string | undefined;
  /** Host that the token of the source's context is for; else the only one in the file. */
  readonly sourceRegistry: string | undefined;
  readonly destinationRegistry: string | undefined;
  readonly destinationNamespace: string | undefined;
  /** Name of a mapping file in the folder, for a source file. */
  readonly mappingFile: string | undefined;
  /** Images that are not copied. */
  readonly excluded: readonly ImagePattern[];
}

/** Which registries the two sides' logins belong to. */
interface LoginHosts {
  /** Undefined where several registries may be meant: no token is sent to any then. */
  readonly sourceRegistry: string | undefined;
  readonly destinationRegistry: string;
}

export interface CopyRequest extends LoginHosts {
  readonly kind: 'plan';
  readonly plan: SyncPlan;
  /** What was taken out of the plan. */
  readonly leftOut: readonly SkippedImage[];
  readonly excluded: readonly ImagePattern[];
}

export interface SourceFileRequest extends LoginHosts {
  readonly kind: 'source-file';
  readonly file: SourceFile;
  readonly target: ImageLocation;
  readonly rules: PlacingRules;
  readonly excluded: readonly ImagePattern[];
  /** Name of the file that gets the plan made of it: `source.plan.json` for `source.yaml`. */
  readonly planName: string;
}

/** What is to be copied. */
export type SyncRequest = CopyRequest | SourceFileRequest;

export interface RequestPorts {
  readonly folder: Folder;
  /** For the mapping file. */
  readonly yaml: YamlCodec;
  /** For the source file: its scalars are texts or null. */
  readonly sourceYaml: YamlCodec;
  readonly sha256: (text: string) => string;
  readonly redactor: Redactor;
}

const planName = 'plan.json';
const sourceName = 'source.yaml';

/**
 * Reads what is to be copied: a plan of crane-skopeo-sync-gen (`.json`), or a source file as skopeo sync takes it.
 * @throws TaskError `invalid-file` or `invalid-param`
 */
export async function readRequest(params: RequestParams, ports: RequestPorts): Promise<SyncRequest> {
  const { name, text } = await readSource(params, ports);
  const path = `${ports.folder.path}/${name}`;
  if (name.endsWith('.json')) return requestOfPlan(parseSyncPlan(text, path), params);
  const file = parseSourceFile(ports.sourceYaml.parse(text, path), path, ports.redactor);
  const planName = `${name.replace(/\.ya?ml$/, '')}.plan.json`;
  return { ...requestOfSourceFile(file, params), rules: await readRules(params, ports), planName };
}

async function readRules(
  { mappingFile, destinationNamespace }: RequestParams,
  ports: RequestPorts,
): Promise<PlacingRules> {
  const namespace = destinationNamespace ?? '';
  if (mappingFile === undefined) return plainRules(namespace);
  return readPlacingRules({ folder: ports.folder, name: mappingFile, namespace }, ports.yaml);
}

async function readSource(
  params: RequestParams,
  { folder, sha256 }: RequestPorts,
): Promise<{ name: string; text: string }> {
  const names = params.sourceFile === undefined ? [planName, sourceName] : [params.sourceFile];
  for (const name of names) {
    const text = await folder.read(name);
    if (text === undefined) continue;
    const digest = sha256(text);
    if (params.planDigest === undefined || params.planDigest === digest) return { name, text };
    throw new TaskError(
      'invalid-file',
      `reading ${folder.path}/${name}: its digest is ${digest}, expected ${params.planDigest}`,
      {
        remedy: 'Something changed the file after it was written: write it again.',
      },
    );
  }
  throw new TaskError('invalid-file', `looking for ${names.join(' or ')} in ${folder.path}: there is no such file`, {
    remedy: 'Plan the images first, in the same workspace, or name the file with `source-file`.',
  });
}

function requestOfPlan(plan: SyncPlan, params: RequestParams): CopyRequest {
  const { source, destination } = plan;
  const { excluded } = params;
  if (params.mappingFile !== undefined) {
    throw new TaskError('invalid-param', 'comparing mapping-file with the plan: a plan has each place already', {
      remedy: 'Give the mapping file to the task that writes the plan.',
    });
  }
  const wishes = [
    ['destination-registry-public', params.destinationRegistry, destination.registry],
    ['source-registry-public', params.sourceRegistry, source.registry],
  ] as const;
  for (const [name, requested, planned] of wishes) {
    if (requested !== undefined && planned !== '' && normalizeHost(requested) !== normalizeHost(planned))
      throw contradiction(name, requested, planned);
  }
  const { destinationNamespace: namespace } = params;
  if (namespace !== undefined && namespace !== destination.namespace)
    throw contradiction('destination-namespace', namespace, destination.namespace);
  checkDestinations(plan, namespace);
  const sourceRegistry = source.registry || params.sourceRegistry;
  const reduced = excludeImages(plan, excluded);
  return { kind: 'plan', ...reduced, excluded, sourceRegistry, destinationRegistry: destination.registry };
}

/** The params are for one registry and namespace; a plan that was changed could push elsewhere with the same login. */
function checkDestinations({ destination, images, unpinned = [] }: SyncPlan, namespace: string | undefined): void {
  for (const image of [...images, ...unpinned]) {
    const place = formatImageName(image.destination);
    if (normalizeHost(image.destination.host) !== normalizeHost(destination.registry)) {
      const problem = `${place} is not at the registry of the plan, ${destination.registry}`;
      throw new TaskError('invalid-file', `reading the plan: ${problem}`, { remedy: 'Write the plan again.' });
    }
    if (namespace !== undefined && !image.destination.path.startsWith(`${namespace}/`))
      throw contradiction('destination-namespace', namespace, place);
  }
}

function contradiction(name: string, requested: string, planned: string): TaskError {
  return new TaskError(
    'invalid-param',
    `comparing ${name} with the plan: ${JSON.stringify(requested)} was asked for, the plan has ${planned}`,
    {
      remedy: 'Leave the parameter out, or write the plan again for that destination.',
    },
  );
}

function requestOfSourceFile(file: SourceFile, params: RequestParams): Omit<SourceFileRequest, 'rules' | 'planName'> {
  const { destinationRegistry = '', destinationNamespace, sourceRegistry, mappingFile } = params;
  const isMapped = mappingFile !== undefined && destinationNamespace === undefined;
  if (!isRegistryHost(destinationRegistry) || !(isMapped || isRepositoryPath(destinationNamespace ?? ''))) {
    const given = `${JSON.stringify(destinationRegistry)} and ${JSON.stringify(destinationNamespace ?? '')}`;
    throw new TaskError(
      'invalid-param',
      `planning the copies: destination-registry-public and destination-namespace are ${given}`,
      {
        remedy:
          'A skopeo source file does not say where images go: give both, a host[:port] and a namespace, or a host[:port] and a mapping file.',
      },
    );
  }
  const hosts = [...new Set(file.repositories.map((request) => request.source.host))];
  const target = { host: destinationRegistry, path: destinationNamespace ?? '' };
  const only = hosts.length === 1 ? hosts[0] : undefined;
  return {
    kind: 'source-file',
    file,
    target,
    sourceRegistry: sourceRegistry ?? only,
    destinationRegistry,
    excluded: params.excluded,
  };
}
