import type { JsonObject } from '../core/json-object.ts';
import { ownValue, arrayAt, stringAt } from '../core/json-object.ts';
import type { Descriptor } from './manifest.ts';

/** Media types of a chart in a registry (https://helm.sh/docs/topics/registries/). */
const configType = 'application/vnd.cncf.helm.config.v1+json';
export const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
export const chartManifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * The manifest of a chart. Its annotations are those that helm derives from Chart.yaml, without the time of the push, so
 * that an equal chart has an equal digest.
 * @param config JSON of Chart.yaml
 * @param archive the chart archive
 */
export function formatChartManifest(metadata: JsonObject, config: Descriptor, archive: Descriptor): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: chartManifestType,
    config: { mediaType: configType, digest: config.digest, size: config.size },
    layers: [{ mediaType: chartType, digest: archive.digest, size: archive.size }],
    annotations: annotationsOf(metadata),
  });
}

const reserved = new Set(['org.opencontainers.image.version', 'org.opencontainers.image.title']);

// As helm.sh/helm/v3/pkg/registry, generateOCIAnnotations: those of Chart.yaml come last, but two are reserved.
function annotationsOf(metadata: JsonObject): Readonly<Record<string, string>> {
  const [source] = arrayAt(metadata, 'sources');
  const authors = arrayAt(metadata, 'maintainers')
    .map((maintainer) => {
      const email = stringAt(maintainer, 'email') ?? '';
      return `${stringAt(maintainer, 'name') ?? ''}${email === '' ? '' : ` (${email})`}`;
    })
    .join(', ');
  const derived = {
    description: stringAt(metadata, 'description'),
    title: stringAt(metadata, 'name'),
    version: stringAt(metadata, 'version'),
    url: stringAt(metadata, 'home'),
    source: typeof source === 'string' ? source : undefined,
    authors,
  };
  const standard = Object.entries(derived)
    .filter(([, text]) => text !== undefined && text !== '')
    .map(([key, text]) => [`org.opencontainers.image.${key}`, text]);
  const own = Object.entries(ownValue(metadata, 'annotations') ?? {}).filter(
    ([key, value]) => typeof value === 'string' && !reserved.has(key),
  );
  return Object.fromEntries([...standard, ...own]) as Readonly<Record<string, string>>;
}

/** The tag of a version: a tag has no `+`, so helm writes `_` in its place and reads it back. */
export function tagOfVersion(version: string): string {
  return version.replaceAll('+', '_');
}
