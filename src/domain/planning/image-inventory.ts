import { readImageStream } from '../images/image-stream.ts';
import type { ImageSources } from '../images/plan/found-images.ts';
import { roleOf } from '../images/plan/image-roles.ts';
import { hostsOfStream, internalAliases } from '../images/registry-hosts.ts';
import { stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import type { RegistryHosts } from './lists.ts';

export interface InventoryImages extends ImageSources {
  /** Bytes of each image by its digest, compressed, without those of which the cluster noted no size. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Picks what concerns images out of the objects of a namespace. */
export function findImageSources(
  resources: readonly Resource[],
  { namespace, registry }: { readonly namespace: string; readonly registry: RegistryHosts },
): InventoryImages {
  const streams = resources.filter((resource) => roleOf(resource.apiVersion, resource.kind) === 'stream');
  const seen = [...new Set(streams.flatMap(hostsOfStream))];
  return {
    streams: streams.map(readImageStream),
    resources: resources.filter((resource) => imageRoles.has(roleOf(resource.apiVersion, resource.kind))),
    aliases: internalAliases({ internal: registry.internal, public: [registry.public], seen }),
    namespaces: new Set([namespace]),
    sizes: Object.fromEntries(resources.flatMap(sizeOf)),
  };
}

/** OpenShift notes the size of an image that was pushed or built in `image.dockerImageMetadata` of its tags. */
function sizeOf(resource: Resource): readonly (readonly [digest: string, bytes: number])[] {
  if (roleOf(resource.apiVersion, resource.kind) !== 'image') return [];
  const digest = stringAt(resource, 'image', 'metadata', 'name');
  const bytes = valueAt(resource, 'image', 'dockerImageMetadata', 'Size');
  return digest !== undefined && typeof bytes === 'number' && bytes > 0 ? [[digest, bytes]] : [];
}

const imageRoles: ReadonlySet<string> = new Set(['image', 'build', 'workload']);
