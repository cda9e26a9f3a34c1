import { describe, expect, it } from 'vitest';

import { comparePaths } from '../../../../src/domain/containerize/path-order.ts';
import type { FileEntry } from '../../../../src/domain/containerize/file-entry.ts';
import { entriesToRead, type LayerPlan } from '../../../../src/domain/containerize/layer-plan.ts';
import { splitLayers, type SplitInput } from '../../../../src/domain/containerize/split-layers.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';
import { seededRandom } from '../../../builders/random-kills.ts';

const mebibyte = 1024 * 1024;
const options = { mostLayers: 60 };
const root = '/app/site-packages';

function inputOf(entries: readonly FileEntry[], changes: Partial<SplitInput> = {}): SplitInput {
  const sorted = entries.toSorted((a, b) => comparePaths(a.path, b.path));
  return { areas: [{ area: 'library', entries: sorted }], above: [], removed: [], opaque: [], ...changes };
}

function packageEntries(name: string, bytes: number, files = 10): readonly FileEntry[] {
  const folder = `${root}/${name}`;
  const contents = Array.from({ length: files }, (_, index) =>
    fileEntry(`${folder}/module${String(index)}.py`, { size: bytes / files }),
  );
  return [folderEntry(folder), ...contents, fileEntry(`${root}/${name}-1.0.dist-info`, { size: 1000 })];
}

function library(count: number, random = seededRandom(7)): readonly FileEntry[] {
  const packages = Array.from({ length: count }, (_, index) =>
    packageEntries(`package${String(index)}x`, Math.ceil((mebibyte * 0.5) / (0.04 + random()))),
  );
  return [folderEntry('/app'), folderEntry(root), ...packages.flat()];
}

const keyOf = ({ entries }: LayerPlan): string =>
  entries.map(({ entry }) => `${entry.path} ${String(entry.size)}`).join();
const pathsOf = ({ entries }: LayerPlan): readonly string[] => entries.map(({ entry }) => entry.path);
const sum = (layers: readonly LayerPlan[]): number => layers.reduce((total, { bytes }) => total + bytes, 0);

describe('the layers of a library', () => {
  const entries = library(300);
  const { layers, layerBytes } = splitLayers(inputOf(entries), options);

  it('have every file once, in folders that are in the layer, sorted', () => {
    const files = layers.flatMap(pathsOf).filter((path) => path.includes('module') || path.endsWith('dist-info'));
    expect(files.toSorted()).toEqual(entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : [])).toSorted());
    for (const layer of layers) {
      expect(pathsOf(layer)).toEqual(pathsOf(layer).toSorted(comparePaths));
      const inLayer = new Set(pathsOf(layer));
      for (const path of inLayer)
        expect(path === '/app' || inLayer.has(path.slice(0, path.lastIndexOf('/')))).toBe(true);
    }
  });

  it('are of similar sizes and not too many', () => {
    expect(layers.length).toBeGreaterThan(25);
    expect(layers.length).toBeLessThanOrEqual(60);
    expect(Math.max(...layers.map(({ bytes }) => bytes))).toBeLessThanOrEqual(layerBytes);
    expect(layers.map(({ part }) => part)).toEqual(layers.map((_, index) => index + 1));
  });

  it('keep a package and what was installed with it together', () => {
    const parts = layers.filter((layer) => pathsOf(layer).some((path) => path.includes('package17x')));
    expect(parts).toHaveLength(1);
  });

  it.each([
    ['changes', (old: readonly FileEntry[]) => old.map((entry) => changed(entry))],
    ['goes', (old: readonly FileEntry[]) => old.filter(({ path }) => !path.includes('/package42x'))],
    ['comes', (old: readonly FileEntry[]) => [...old, ...packageEntries('newcomer', 2 * mebibyte)]],
  ])('are the same but for one or two when a package %s', (_, change) => {
    const again = splitLayers(inputOf(change(entries)), { ...options, layerBytes });
    const known = new Set(layers.map(keyOf));
    const sent = again.layers.filter((layer) => !known.has(keyOf(layer)));
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(sum(sent) / sum(again.layers)).toBeLessThanOrEqual(0.05);
    expect(again.layerBytes).toBe(layerBytes);
  });

  it('are the same for the same files in any order', () => {
    const again = splitLayers(inputOf(entries.toReversed()), options);
    expect(again.layers.map(keyOf)).toEqual(layers.map(keyOf));
  });

  function changed(entry: FileEntry): FileEntry {
    return entry.path.includes('/package42x/') ? fileEntry(entry.path, { size: entry.size + 1 }) : entry;
  }
});

describe('layers', () => {
  it('are as few as asked for, and one for each area at least', () => {
    const input = inputOf(library(300));
    for (const mostLayers of [1, 3, 10, 40])
      expect(splitLayers(input, { mostLayers }).layers.length).toBeLessThanOrEqual(mostLayers);
    const two = { ...input, areas: [...input.areas, { area: 'workspace', entries: [fileEntry('/work/a')] }] };
    expect(splitLayers(two, { mostLayers: 1 }).layers.map(({ area }) => area)).toEqual(['library', 'workspace']);
  });

  it('are few for a small library and none for an empty area', () => {
    expect(splitLayers(inputOf(packageEntries('small', mebibyte)), options).layers).toHaveLength(1);
    expect(splitLayers(inputOf([]), options).layers).toEqual([]);
  });

  it('divide a package that is large, down to its files', () => {
    const files = Array.from({ length: 8 }, (_, index) =>
      fileEntry(`${root}/big/deep/lib${String(index)}.so`, { size: 30 * mebibyte }),
    );
    const folders = ['/app', root, `${root}/big`, `${root}/big/deep`].map((path) => folderEntry(path));
    const { layers } = splitLayers(inputOf([...folders, ...files]), options);
    expect(layers).toHaveLength(8);
    expect(layers.every((layer) => pathsOf(layer).length === 5)).toBe(true);
  });

  it('divide folders whose names begin with other characters', () => {
    const names = ['@scope', '.hidden', '.other'].map((name) => fileEntry(`/data/${name}`, { size: 6 * mebibyte }));
    expect(splitLayers(inputOf(names), options).layers).toHaveLength(3);
  });

  it('divide many files of one name with different endings', () => {
    const files = Array.from({ length: 50 }, (_, index) =>
      fileEntry(`/data/part.${String(index)}`, { size: mebibyte }),
    );
    const { layers } = splitLayers(inputOf([folderEntry('/data'), ...files]), options);
    expect(layers.length).toBeGreaterThan(8);
  });

  it('have all names of a file in the layer of its first name, each of them a link to it', () => {
    const linked = { inode: '1:1', links: 3, size: 20 * mebibyte };
    const names = ['/z/last', '/a/first', '/m/middle'].map((path) => fileEntry(path, linked));
    const folders = ['/a', '/m', '/z'].map((path) => folderEntry(path));
    const others = Array.from({ length: 30 }, (_, index) => fileEntry(`/m/f${String(index)}`, { size: mebibyte }));
    const { layers } = splitLayers(inputOf([...folders, ...names, ...others]), options);
    const [own] = layers.filter((layer) => pathsOf(layer).includes('/z/last'));
    const links = own?.entries.flatMap(({ entry, linkTo }) => (linkTo === undefined ? [] : [[entry.path, linkTo]]));
    expect(links).toEqual([
      ['/m/middle', '/a/first'],
      ['/z/last', '/a/first'],
    ]);
    expect(own?.bytes).toBe(20 * mebibyte);
    expect(own === undefined ? [] : entriesToRead(own).map(({ path }) => path)).toEqual(['/a', '/a/first', '/m', '/z']);
  });

  it('have empty folders, links and pipes, but no devices, sockets and names that would hide others', () => {
    const entries = [
      folderEntry('/'),
      folderEntry('/a'),
      folderEntry('/a/empty'),
      fileEntry('/a/link', { kind: 'symlink', target: 'x', size: 0 }),
      fileEntry('/a/pipe', { kind: 'fifo', size: 0 }),
      fileEntry('/a/socket', { kind: 'socket' }),
      fileEntry('/a/.wh.file'),
      fileEntry('/a/.whole'),
    ];
    const { layers, refused } = splitLayers(inputOf(entries), options);
    expect(layers.map(pathsOf)).toEqual([['/a', '/a/.whole', '/a/empty', '/a/link', '/a/pipe']]);
    expect(refused).toEqual(['/a/.wh.file']);
  });

  it('have the folders above an area where they are known', () => {
    const above = [folderEntry('/app'), fileEntry('/app/site-packages')];
    const { layers } = splitLayers(inputOf([fileEntry('/app/site-packages/a')], { above }), options);
    expect(layers.map(pathsOf)).toEqual([['/app', '/app/site-packages/a']]);
  });

  it('begin with one that hides what the container had not', () => {
    const input = inputOf([folderEntry('/a'), fileEntry('/a/file')], { removed: ['/b/y', '/a/x'], opaque: ['/a'] });
    const [first, second] = splitLayers(input, options).layers;
    expect(first).toMatchObject({ area: 'removed', whiteouts: ['/a/x', '/b/y'], opaque: ['/a'], bytes: 0 });
    expect(first?.entries.map(({ entry }) => entry.path)).toEqual(['/a']);
    expect(second?.whiteouts).toEqual([]);
  });

  it('know the source of what Python compiled', () => {
    const entries = ['/l/a.py', '/l/__pycache__/a.cpython-311.pyc'].map((path) => fileEntry(path));
    const [layer] = splitLayers(inputOf(entries), options).layers;
    expect(layer?.entries.map(({ source }) => source?.path)).toEqual(['/l/a.py', undefined]);
  });
});
