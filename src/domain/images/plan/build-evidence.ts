import { stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { isOnHost } from '../registry-hosts.ts';
import { parseImageReference } from '../../oci/image-location.ts';

/** What an export has about images that the cluster built itself. Tags are written `namespace/name:tag`. */
export interface BuildEvidence {
  /** Tags that a BuildConfig writes, with its `namespace/name`. */
  readonly configs: ReadonlyMap<string, string>;
  /** Digests that a finished Build reported. */
  readonly digests: ReadonlySet<string>;
  /** Tags that a finished Build wrote, with the digests reported for them; empty for builds that report none. */
  readonly outputs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Digests whose image labels name a Build of an exported namespace. */
  readonly labels: ReadonlySet<string>;
}

export interface EvidenceInput {
  /** BuildConfigs, Builds and ImageStreamTags; others are skipped. */
  readonly resources: readonly Resource[];
  readonly aliases: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** Collects where images were built. Kinds: build.openshift.io/v1, image.openshift.io/v1. */
export function collectBuildEvidence({ resources, aliases, namespaces }: EvidenceInput): BuildEvidence {
  const configs = new Map<string, string>();
  const digests = new Set<string>();
  const outputs = new Map<string, Set<string>>();
  const labels = new Set<string>();
  for (const resource of [...resources].sort(byName)) {
    if (resource.kind === 'ImageStreamTag') addLabels(resource, namespaces, labels);
    const output = outputTag(resource, aliases);
    if (resource.kind === 'BuildConfig' && output !== undefined) configs.set(output, nameOf(resource));
    if (resource.kind !== 'Build' || stringAt(resource, 'status', 'phase') !== 'Complete') continue;
    const digest = stringAt(resource, 'status', 'output', 'to', 'imageDigest');
    if (digest !== undefined) digests.add(digest);
    if (output !== undefined) addTo(outputs, output, digest);
  }
  return { configs, digests, outputs, labels };
}

function byName(one: Resource, other: Resource): number {
  return nameOf(one) < nameOf(other) ? -1 : 1;
}

function nameOf({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function addTo(outputs: Map<string, Set<string>>, output: string, digest: string | undefined): void {
  const known = outputs.get(output) ?? new Set<string>();
  if (digest !== undefined) known.add(digest);
  outputs.set(output, known);
}

// `spec.output.to` of a BuildConfig or Build names a stream's tag, or an image by its full name.
function outputTag(resource: Resource, aliases: ReadonlySet<string>): string | undefined {
  const name = stringAt(resource, 'spec', 'output', 'to', 'name');
  if (name === undefined) return undefined;
  if (stringAt(resource, 'spec', 'output', 'to', 'kind') === 'DockerImage') {
    const reference = isOnHost(name, aliases) ? parseImageReference(name) : undefined;
    return reference === undefined ? undefined : `${reference.path}:${reference.tag ?? 'latest'}`;
  }
  const namespace = stringAt(resource, 'spec', 'output', 'to', 'namespace') ?? resource.metadata.namespace ?? '';
  return `${namespace}/${name.includes(':') ? name : `${name}:latest`}`;
}

// OpenShift's builder labels each image with the Build that made it; labels of other clusters travel with pushed images.
function addLabels(resource: Resource, namespaces: ReadonlySet<string>, labels: Set<string>): void {
  const digest = stringAt(resource, 'image', 'metadata', 'name');
  const found = valueAt(resource, 'image', 'dockerImageMetadata', 'Config', 'Labels');
  const namespace = stringAt(found, 'io.openshift.build.namespace');
  if (digest === undefined || namespace === undefined || !namespaces.has(namespace)) return;
  labels.add(digest);
}

const schema1 = [
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
];

/** Digests of ImageStreamTags whose manifest has the obsolete form that current registries refuse. */
export function collectSchema1Digests(resources: readonly Resource[]): ReadonlySet<string> {
  const found = resources
    .filter((resource) => resource.kind === 'ImageStreamTag')
    .filter((resource) => schema1.includes(stringAt(resource, 'image', 'dockerImageManifestMediaType') ?? ''))
    .flatMap((resource) => stringAt(resource, 'image', 'metadata', 'name') ?? []);
  return new Set(found);
}
