import type { Sha256 } from '../core/ports.ts';
import type { ResourceKey } from '../kube/resource.ts';

/** Folder of a namespace's resources, relative to the export folder. */
export function resourcesFolder(namespace: string): string {
  return `resources/${namespace}`;
}

/** Folder of a namespace's failures, relative to the export folder. */
export function failuresFolder(namespace: string): string {
  return `failures/${namespace}`;
}

/**
 * The path of a resource's file: crane's own name where that is safe, else a cleaned name with a digest. Different
 * keys have different paths, also where upper and lower case count as one, and none is longer than 245 bytes. Windows
 * takes each name: crane itself writes colons.
 */
export function resourcePath(folder: string, key: ResourceKey, sha256: Sha256): string {
  const { kind, group, version, name } = key;
  const namespace = key.namespace === '' ? clusterScoped : key.namespace;
  return `${resourcesFolder(folder)}/${fileName([kind, group, version, namespace, name], sha256)}`;
}

/** The path of a cluster-scoped resource's file, in the folder of the namespace that needs it. */
export function clusterResourcePath(folder: string, key: ResourceKey, sha256: Sha256): string {
  const { kind, group, version, name } = key;
  return `${resourcesFolder(folder)}/_cluster/${fileName([kind, group, version, clusterScoped, name], sha256)}`;
}

/** The path of the record of a kind that could not be read. */
export function failurePath(folder: string, kind: Omit<ResourceKey, 'kind' | 'namespace'>, sha256: Sha256): string {
  return `${failuresFolder(folder)}/${fileName([kind.name, kind.group, kind.version], sha256)}`;
}

/** crane's word in the place of a missing namespace. */
const clusterScoped = 'clusterscoped';

/** File systems take 255 bytes; the transform step puts up to ten before the name. */
const longestName = 245;

const digestLength = 32;

// No letter case to lose, nothing that separates parts, paths or words of a shell. Only the last part may have an
// underscore in it, so that the parts of a name can be distinguished again.
const safeKind = /^[A-Za-z0-9]*$/;

const safePart = /^[a-z0-9.-]*$/;

const safeName = /^[a-z0-9][a-z0-9._@+-]*$/;

/** `~` stands in no safe name: a name that has one was cleaned, and the digest of the parts makes it unique. */
function fileName(parts: readonly string[], sha256: Sha256): string {
  const verbatim = `${parts.join('_')}.yaml`;
  if (isSafe(parts) && verbatim.length <= longestName) return verbatim;
  const digest = sha256(JSON.stringify(parts)).replace('sha256:', '').slice(0, digestLength);
  const ending = `~${digest}.yaml`;
  const cleaned = parts.map((part) => part.replaceAll(/[^A-Za-z0-9.-]+/g, '-')).join('_');
  return cleaned.slice(0, longestName - ending.length) + ending;
}

function isSafe(parts: readonly string[]): boolean {
  const last = parts.length - 1;
  return parts.every((part, index) => {
    if (index === last && last > 2) return safeName.test(part);
    return index === 0 ? safeKind.test(part) : safePart.test(part);
  });
}
