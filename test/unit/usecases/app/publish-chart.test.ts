import { describe, expect, it } from 'vitest';

import { readChartArchive, writeChartArchive } from '../../../../src/adapters/archives/chart-archive.ts';
import { compress } from '../../../../src/adapters/archives/compress.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { editValues } from '../../../../src/adapters/yaml/edit-values.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { checkChartSize } from '../../../../src/usecases/app/check-chart-size.ts';
import { loadChart } from '../../../../src/usecases/app/load-chart.ts';
import { buildChart } from '../../../../src/usecases/app/publish-chart.ts';

const names = { chartName: 'web', chartVersion: '2.0.0+a', imageName: undefined, imageTag: undefined };

async function publish(values: string, files: Readonly<Record<string, string>> = {}) {
  const all = { 'Chart.yaml': 'apiVersion: v2 # kept\nname: shop\nversion: 1.0.0\n', ...files };
  const content = Object.entries(all).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  const archive = await writeChartArchive({ folder: 'shop', files: new Map(content) });
  const reader = { yaml: yamlCodec, readArchive: readChartArchive };
  const chart = await loadChart(archive, 'app-chart.tar.gz', reader);
  const [read] = yamlCodec.parse(values, 'values.yaml');
  const application = { values: read as Readonly<Record<string, unknown>>, chart };
  checkChartSize(application, compress);
  const built = await buildChart(
    application,
    { names, images: [] },
    { yaml: yamlCodec, editValues, writeChart: writeChartArchive, digestOf: sha256Of },
  );
  const published = await readChartArchive(built.archive, 'web.tgz');
  const textOf = (path: string): string => new TextDecoder().decode(published.files.get(path));
  return { built, textOf };
}

/** Text that compression does not shorten much. */
function noise(bytes: number): string {
  let [state, text] = [7, ''];
  while (text.length < bytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text;
}

describe('a published chart', () => {
  it('has the values of the release over its own, and its name and version', async () => {
    const { textOf } = await publish('seven: 20161216\nlong: 9007199254740993\nmode: "0755"\nword: "on"\n', {
      'values.yaml': 'seven: 1\nother: 1000000\nexponent: "1e3"\n',
    });
    expect(textOf('Chart.yaml')).toBe('apiVersion: v2 # kept\nname: web\nversion: "2.0.0+a"\n');
    expect(textOf('values.yaml').trimEnd().split('\n')).toEqual([
      'exponent: "1e3"',
      'long: 9007199254740993',
      'mode: "0755"',
      'other: 1000000',
      'seven: 20161216',
      'word: "on"',
    ]);
  });

  it('has the same digest each time', async () => {
    const [one, other] = [await publish('a: 1\nb: 2\n'), await publish('b: 2\na: 1\n')];
    expect(one.built.manifest.digest).toBe(other.built.manifest.digest);
  });

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['file video.bin', 'a: 1\n', { 'video.bin': noise(1_800_000) }],
    ['template templates/a.yaml', 'a: 1\n', { 'templates/a.yaml': noise(1_800_000) }],
    ['default value page.text', `page: { text: ${noise(1_800_000)} }\n`, {}],
  ])('that no cluster could store is refused, with the name of its largest part: %s', async (part, values, files) => {
    await expect(publish(values, files)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(`largest: ${part} (`) as string,
    });
  });

  it('may have large subcharts, which a release does not store', async () => {
    const { built } = await publish('a: 1\n', {
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/data.bin': noise(1_800_000),
    });
    expect(built.archive.length).toBeGreaterThan(900_000);
  });
});
