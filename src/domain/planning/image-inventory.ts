import { readImageStream } from '../images/image-stream.ts';
import type { ImageSources } from '../images/plan/found-images.ts';
import { roleOf } from '../images/plan/image-roles.ts';
import { hostsOfStream, internalAliases } from '../images/registry-hosts.ts';
import type { Resource } from '../kube/resource.ts';
import type { RegistryHosts } from './lists.ts';

/** Picks what concerns images out of the objects of a namespace. */
export function findImageSources(
  resources: readonly Resource[],
  { namespace, registry }: { readonly namespace: string; readonly registry: RegistryHosts },
): ImageSources {
  const streams = resources.filter((resource) => roleOf(resource.apiVersion, resource.kind) === 'stream');
  const seen = [...new Set(streams.flatMap(hostsOfStream))];
  return {
    streams: streams.map(readImageStream),
    resources: resources.filter((resource) => imageRoles.has(roleOf(resource.apiVersion, resource.kind))),
    aliases: internalAliases({ internal: registry.internal, public: [registry.public], seen }),
    namespaces: new Set([namespace]),
  };
}

const imageRoles: ReadonlySet<string> = new Set(['image', 'build', 'workload']);
