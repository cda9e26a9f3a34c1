import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { coreYamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import type { ReleaseChart } from '../../../../src/domain/helm/release.ts';
import { findChart, type ChartSourcePorts } from '../../../../src/usecases/app/find-chart.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { memoryRegistry } from '../../../fakes/memory-registry.ts';

const archive = new TextEncoder().encode('archive');
const none = { metadata: {}, templates: [], files: [], values: {}, schema: undefined, lock: undefined };
const chart: ReleaseChart = { name: 'web', version: '1.2.3+a', ...none };

function ports(pages: Readonly<Record<string, string>> = {}): ChartSourcePorts {
  const layer = {
    mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    digest: sha256Of(archive),
    size: 7,
  };
  const manifest = (layers: readonly unknown[]) => {
    const bytes = new TextEncoder().encode(JSON.stringify({ config: {}, layers }));
    return { bytes, digest: sha256Of(bytes), mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  };
  const registry = memoryRegistry({ 'charts/web:1.2.3_a': manifest([layer]), 'charts/web:image': manifest([{}]) });
  return {
    registry: () =>
      Object.assign(registry, {
        readBlob: () =>
          (async function* () {
            yield await Promise.resolve(archive);
          })(),
      }),
    download: ({ href }) => {
      const page = new Map(Object.entries(pages)).get(href);
      return page === undefined ? Promise.reject(new Error(`unexpected ${href}`)) : Promise.resolve(Buffer.from(page));
    },
    login: undefined,
    readFile: () => Promise.resolve(archive),
    yaml: coreYamlCodec,
    sha256: sha256Of,
  };
}

function index(entry: object): string {
  return JSON.stringify({ entries: { web: [{ version: '1.0.0' }, { version: '1.2.3+a', ...entry }] } });
}

describe('findChart', () => {
  it.each(['oci://registry.test/charts/web', 'oci://registry.test/charts/web:1.2.3_a', 'web.tgz'])(
    'gets %s',
    async (source) => {
      expect((await findChart(source, chart, ports())).bytes).toEqual(archive);
    },
  );

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'https://r.test/charts',
      { 'https://r.test/charts/index.yaml': index({ urls: ['web.tgz'] }), 'https://r.test/charts/web.tgz': 'archive' },
    ],
    [
      'https://r.test/',
      {
        'https://r.test/index.yaml': index({ urls: ['https://x.test/w.tgz'], digest: sha256Of(archive).slice(7) }),
        'https://x.test/w.tgz': 'archive',
      },
    ],
    ['https://r.test', { 'https://r.test/index.yaml': index({ urls: ['oci://registry.test/charts/web:1.2.3_a'] }) }],
    ['https://r.test/w.tgz', { 'https://r.test/w.tgz': 'archive' }],
  ])('gets the chart of %s', async (source, pages) => {
    expect(Buffer.from((await findChart(source, chart, ports(pages))).bytes).toString()).toBe('archive');
  });

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['invalid-param', 'oci://registry.test/charts/web:image', {}],
    ['invalid-param', 'oci://registry.test/charts/other', {}],
    ['invalid-param', 'oci://web', {}],
    ['invalid-param', 'https://user:password@r.test/', {}],
    ['invalid-param', 'ftp://r.test/', {}],
    ['invalid-param', 'https://r.test/', { 'https://r.test/index.yaml': '{}' }],
    ['invalid-param', 'https://r.test/', { 'https://r.test/index.yaml': index({ urls: ['file:///etc/passwd'] }) }],
    [
      'invalid-file',
      'https://r.test/',
      { 'https://r.test/index.yaml': index({ urls: ['w'], digest: '00' }), 'https://r.test/w': 'archive' },
    ],
  ])('refuses as %s: %s %j', async (code, source, pages) => {
    const error = await thrownBy(() => findChart(source, chart, ports(pages)));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('password');
  });
});
