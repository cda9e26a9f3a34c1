import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { coreYamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import type { ReleaseChart } from '../../../../src/domain/helm/release.ts';
import { findChart, findChartAt, type ChartSourcePorts } from '../../../../src/usecases/app/find-chart.ts';
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

/** Downloads of a run as `url with the login`. */
function watched(pages: Readonly<Record<string, string>>, origin?: string) {
  const asked: string[] = [];
  const own = ports(pages);
  const download: ChartSourcePorts['download'] = (url, withLogin) => {
    asked.push(`${url.href}${withLogin ? ' with the login' : ''}`);
    return own.download(url, withLogin);
  };
  return { asked, ports: { ...own, download, login: { origin } } };
}

describe('a login', () => {
  const pages = {
    'https://r.test/charts/index.yaml': index({ urls: ['https://cdn.test/w.tgz'] }),
    'https://cdn.test/w.tgz': 'archive',
  };
  const repository = 'https://r.test/charts';
  const place = { kind: 'repository', repository, name: 'web', version: undefined } as const;

  it('is for the repository that a param names, and not for the host of an archive', async () => {
    const own = watched(pages);
    await findChart(repository, chart, own.ports);
    expect(own.asked).toEqual(['https://r.test/charts/index.yaml with the login', 'https://cdn.test/w.tgz']);
  });

  it.each<[string | undefined, string]>([
    [undefined, ''],
    ['https://r.test', ' with the login'],
  ])('with the origin %s goes to the repository of an AppChart:%s', async (origin, mark) => {
    const own = watched(pages, origin);
    await findChartAt(place, chart.version, own.ports);
    expect(own.asked).toEqual([`https://r.test/charts/index.yaml${mark}`, 'https://cdn.test/w.tgz']);
  });
});

describe('findChartAt', () => {
  const index = {
    'https://r.test/index.yaml':
      '{ entries: { web: [{ version: 10.0.0-rc.1 }, { version: 9.0.0 }, { version: 10, urls: [w.tgz] }], pre: [{ version: 1.0.0-rc.1 }] } }',
  };
  const pages = { ...index, 'https://r.test/w.tgz': 'archive', 'https://r.test/download': 'archive' };
  const named = { kind: 'repository', repository: 'https://r.test', name: 'web', version: undefined } as const;
  const oci = { ...named, repository: 'oci://registry.test/charts/', version: '1.2.3+a' } as const;

  it.each<[string, Parameters<typeof findChartAt>[0], string]>([
    ['the highest version', named, 'https://r.test/w.tgz'],
    ['any address', { kind: 'address', address: 'https://r.test/download?key=1' }, 'https://r.test/download'],
    ['a registry', oci, 'oci://registry.test/charts/web:1.2.3_a'],
    ['a reference', { kind: 'address', address: 'oci://registry.test/charts/web:1.2.3_a' }, 'oci://registry.test'],
  ])('gets %s', async (_what, place, source) => {
    const withQuery = { ...pages, 'https://r.test/download?key=1': 'archive' };
    const found = await findChartAt(place, undefined, ports(withQuery));
    expect(Buffer.from(found.bytes).toString()).toBe('archive');
    expect(found.source).toContain(source);
  });

  it.each<[Parameters<typeof findChartAt>[0], string]>([
    [{ ...oci, version: undefined }, 'it has no version'],
    [{ ...named, name: 'other' }, 'it has no chart other'],
    [{ ...named, name: 'pre' }, 'it has no chart pre'],
    [{ ...named, repository: 'file:///etc' }, 'expected oci://, https://'],
    [{ kind: 'address', address: 'https://' }, 'expected oci://, https://'],
  ])('refuses %j', async (place, message) => {
    const error = await thrownBy(() => findChartAt(place, undefined, ports(pages)));
    expect([error.code, error.message]).toEqual(['invalid-param', expect.stringContaining(message)]);
  });
});

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

it.each(['http://169.254.169.254/x.tgz', 'https://10.0.0.1/x.tgz', 'https://[::1]/x.tgz', 'https://internal/x.tgz'])(
  'an index cannot lead to %s, which only this network reaches',
  async (url) => {
    const own = watched({ 'https://r.test/index.yaml': index({ urls: [url] }), [url]: 'archive' });
    const error = await thrownBy(() => findChart('https://r.test/', chart, own.ports));
    expect(error.code).toBe('invalid-param');
    expect(own.asked).toEqual(['https://r.test/index.yaml with the login']);
  },
);
