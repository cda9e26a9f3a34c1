import type { Resource } from '../../kube/resource.ts';
import type { ImageStream } from '../image-stream.ts';
import { findWorkloadImages } from '../workload-images.ts';
import { collectBuildEvidence, collectSchema1Digests } from './build-evidence.ts';
import type { ExternalRegistry, RegistryName } from './external-registries.ts';
import type { PlanRequest } from './plan-request.ts';
import { findRunningDigests, findSplitTags } from './running-images.ts';

/** What a namespace has about images. */
export interface ImageSources {
  readonly streams: readonly ImageStream[];
  /** ImageStreamTags, builds and workloads. */
  readonly resources: readonly Resource[];
  /** All hosts of the cluster's own registry, from `internalAliases`. */
  readonly aliases: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

export type FoundImages = Pick<
  PlanRequest,
  'streams' | 'aliases' | 'namespaces' | 'workloads' | 'running' | 'split' | 'evidence' | 'schema1' | 'others'
>;

/**
 * Finds which images workloads name, what runs, and what builds made.
 * @param others registries without ImageStreams whose images count too
 */
export function findImages(sources: ImageSources, others: readonly RegistryName[]): FoundImages {
  const { streams, resources, aliases, namespaces } = sources;
  const imageUsers = resources.filter(({ kind }) => kind !== 'Build' && kind !== 'ImageStreamTag');
  const pods = resources.filter(({ kind }) => kind === 'Pod');
  const workloads = imageUsers.map((resource) => findWorkloadImages(resource, aliases));
  return {
    streams,
    aliases,
    namespaces,
    workloads: {
      images: workloads.flatMap(({ images }) => images),
      tags: workloads.flatMap(({ tags }) => tags),
      mentions: workloads.flatMap(({ mentions }) => mentions),
    },
    running: findRunningDigests(pods, aliases),
    split: findSplitTags(pods, aliases),
    evidence: collectBuildEvidence({ resources, aliases, namespaces }),
    schema1: collectSchema1Digests(resources),
    others: others.map((name) => findOthers(name, imageUsers, pods)),
  };
}

function findOthers(name: RegistryName, imageUsers: readonly Resource[], pods: readonly Resource[]): ExternalRegistry {
  const hosts = new Set([name.inside]);
  const found = imageUsers.map((resource) => findWorkloadImages(resource, hosts));
  const split = findSplitTags(pods, hosts);
  return {
    ...name,
    images: found.flatMap(({ images }) => images),
    mentions: found.flatMap(({ mentions }) => mentions),
    running: new Map([...findRunningDigests(pods, hosts)].filter(([tag]) => !split.has(tag))),
    split,
  };
}
