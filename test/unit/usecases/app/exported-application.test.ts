import { describe, expect, it } from 'vitest';

import { readChartArchive, writeChartArchive } from '../../../../src/adapters/archives/chart-archive.ts';
import { helmYamlCodec } from '../../../../src/adapters/yaml/helm-yaml-codec.ts';
import { readExported } from '../../../../src/usecases/app/exported-application.ts';

async function read(values: string | undefined, files: Readonly<Record<string, string>> = {}) {
  const chart = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', ...files };
  const content = Object.entries(chart).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  const archive = await writeChartArchive({ folder: 'web', files: new Map(content) });
  const folder = { path: 'app/web', read: () => Promise.resolve(values) };
  const reader = { yaml: helmYamlCodec, chart: { yaml: helmYamlCodec, readArchive: readChartArchive } };
  return readExported(folder, { ...reader, readBytes: () => Promise.resolve(archive) });
}

describe('an exported application', () => {
  it.each([
    ['a: 1\n', { a: 1 }],
    ['', {}],
    ['# nothing\n', {}],
    ['---\nnull\n', {}],
    ['--- # values\na: 1\n...\n', { a: 1 }],
    ['\uFEFFa: 1\r\nb: on\r\n', { a: 1, b: true }],
  ])('has the values of %j', async (text, values) => {
    expect(await read(text)).toMatchObject({ text, values });
  });

  it.each<[string, string | undefined]>([
    ['no file', undefined],
    ['a list', '- a: 1\n'],
    ['a text', 'just text\n'],
    ['a number', '1\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a document after nothing', '---\n---\nb: 2\n'],
    ['text that is not YAML', 'a: [\n'],
    ['a tab before a key', 'a:\n\tb: 1\n'],
    ['a merge conflict', 'a: 1\n<<<<<<< HEAD\nb: 2\n'],
  ])('is refused when values.yaml is %s, rather than installed without values', async (_what, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['without a version', { 'Chart.yaml': 'name: web\n' }],
    ['with a list of default values', { 'values.yaml': '- a\n' }],
    ['with text that is not UTF-8 or YAML', { 'Chart.yaml': ': :\n- x' }],
  ])('is refused with a chart %s', async (_what, files) => {
    await expect(read('a: 1\n', files)).rejects.toMatchObject({ code: 'invalid-file' });
  });
});
