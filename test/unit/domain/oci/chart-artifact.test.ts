import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { formatChartManifest, tagOfVersion } from '../../../../src/domain/oci/chart-artifact.ts';

const config = { digest: 'sha256:c', size: 1 };
const archive = { digest: 'sha256:a', size: 2 };

function annotationsOf(metadata: JsonObject): unknown {
  const manifest = JSON.parse(formatChartManifest(metadata, config, archive)) as { readonly annotations: unknown };
  return manifest.annotations;
}

describe('the manifest of a chart', () => {
  it('has the media types of helm', () => {
    expect(JSON.parse(formatChartManifest({}, config, archive))).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: 'sha256:c', size: 1 },
      layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: 'sha256:a', size: 2 }],
      annotations: {},
    });
  });

  it('has the annotations that helm derives from Chart.yaml', () => {
    const metadata = {
      name: 'web',
      version: '1.2.3+a',
      description: 'A shop',
      home: 'https://shop.test',
      sources: ['https://git.test/shop', 'https://git.test/other'],
      maintainers: [{ name: 'A', email: 'a@shop.test' }, { name: 'B' }, { email: 'c@shop.test' }],
      annotations: { own: 'x' },
    };
    expect(annotationsOf(metadata)).toEqual({
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.version': '1.2.3+a',
      'org.opencontainers.image.description': 'A shop',
      'org.opencontainers.image.url': 'https://shop.test',
      'org.opencontainers.image.source': 'https://git.test/shop',
      'org.opencontainers.image.authors': 'A (a@shop.test), B,  (c@shop.test)',
      own: 'x',
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['empty texts are left out', { name: '', description: '', sources: [] }, {}],
    ['texts of another type are left out', { name: 1, sources: [{}], annotations: { a: 1 } }, {}],
    ['two names are reserved', { name: 'web', annotations: { 'org.opencontainers.image.title': 'x' } }, title('web')],
    [
      'all other names can be replaced',
      { home: 'https://a.test', annotations: { 'org.opencontainers.image.url': 'https://b.test' } },
      { 'org.opencontainers.image.url': 'https://b.test' },
    ],
  ])('%s', (_what, metadata, expected) => {
    expect(annotationsOf(metadata)).toEqual(expected);
  });

  it('is the same for the same chart', () => {
    const metadata = { name: 'web', version: '1' };
    expect(formatChartManifest(metadata, config, archive)).toBe(formatChartManifest(metadata, config, archive));
  });
});

it('a tag has no plus sign', () => {
  expect(tagOfVersion('1.0.0-rc.1+build.2+x')).toBe('1.0.0-rc.1_build.2_x');
});

function title(text: string): JsonObject {
  return { 'org.opencontainers.image.title': text };
}
