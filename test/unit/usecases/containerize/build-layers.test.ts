import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FileEntry, ReadFile } from '../../../../src/domain/containerize/file-entry.ts';
import type { LayerPlan } from '../../../../src/domain/containerize/layer-plan.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import { buildLocalLayers, layerOptions } from '../../../builders/layers.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { localReader, type LocalReader } from '../../../fakes/local-reader.ts';

const paths = ['/app'];
let [root, scratch, folder] = ['', '', ''];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-layers-'));
  [root, scratch] = [join(folder, 'root'), join(folder, 'scratch')];
  await mkdir(join(root, 'app/sub'), { recursive: true });
  await mkdir(scratch);
  for (const name of ['a', 'b', 'sub/c']) await writeFile(join(root, 'app', name), `content of ${name}`);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A reader after each of whose readings something happens. */
function readerThat(act: (reading: number) => Promise<void>): LocalReader & { readonly readings: () => number } {
  const reader = localReader(root);
  let readings = 0;
  async function* read(entries: readonly FileEntry[]): AsyncGenerator<ReadFile, void, undefined> {
    readings += 1;
    yield* reader.read(entries);
    await act(readings);
  }
  return { list: reader.list, read, readings: () => readings };
}

const put = (name: string, text: string) => writeFile(join(root, 'app', name), text);

describe('files that change while layers are built', () => {
  it('are read again until nothing changes', async () => {
    const reader = readerThat(async (reading) => (reading === 1 ? put('a', 'another content') : undefined));
    const restarted: LayerPlan[] = [];
    const tap = { content: () => undefined, end: () => undefined, restart: (plan: LayerPlan) => restarted.push(plan) };
    const built = await buildLocalLayers(reader, scratch, { paths, layer: { ...layerOptions, tap } });
    expect(built.inconsistent).toEqual([]);
    expect(reader.readings()).toBe(2);
    expect(restarted).toHaveLength(1);
    await built.close();
  });

  it('are named after the last try, databases as such', async () => {
    const database = 'SQLite format 3\0 and more';
    await put('b', database);
    const reader = readerThat(async (reading) => {
      await put('a', 'x'.repeat(reading + 100));
      await put('b', `${database}${'x'.repeat(reading)}`);
    });
    const built = await buildLocalLayers(reader, scratch, { paths, tries: 3 });
    expect(reader.readings()).toBe(3);
    expect(built.inconsistent).toEqual([
      { path: '/app/a', reason: 'changed', isDatabase: false },
      { path: '/app/b', reason: 'changed', isDatabase: true },
    ]);
    await built.close();
  });

  it('are none where only the time of a folder changed', async () => {
    const reader = readerThat(async () => {
      await put('sub/short-lived', '');
      await unlink(join(root, 'app/sub/short-lived'));
    });
    const built = await buildLocalLayers(reader, scratch, { paths });
    expect([reader.readings(), built.inconsistent]).toEqual([1, []]);
    await built.close();
  });

  it('are left out when they are gone, with further names of them', async () => {
    const reader = readerThat(async (reading) => (reading === 1 ? unlink(join(root, 'app/a')) : undefined));
    const built = await buildLocalLayers(reader, scratch, { paths });
    expect(built.inconsistent).toEqual([]);
    expect(built.layers.flatMap(({ plan }) => plan.entries.map(({ entry }) => entry.path))).not.toContain('/app/a');
    await built.close();
  });

  it('are named when they are there and do not come', async () => {
    const reader = localReader(root);
    const read = (entries: readonly FileEntry[]) => reader.read(entries.filter(({ path }) => path !== '/app/b'));
    const built = await buildLocalLayers({ list: reader.list, read }, scratch, { paths });
    expect(built.inconsistent).toEqual([{ path: '/app/b', reason: 'not-read', isDatabase: false }]);
    await built.close();
  });
});

describe('a stream that ends early', () => {
  const cut = new TaskError('incomplete', 'reading: the stream ended early', { remedy: 'Run again.' });

  it('is read again from its beginning', async () => {
    const reader = readerThat((reading) => (reading === 1 ? Promise.reject(cut) : Promise.resolve()));
    const built = await buildLocalLayers(reader, scratch, { paths });
    expect([reader.readings(), built.layers.length]).toEqual([2, 1]);
    await built.close();
  });

  it('ends the work after the last try, and nothing is left', async () => {
    const reader = readerThat(() => Promise.reject(cut));
    const error = await thrownBy(() => buildLocalLayers(reader, scratch, { paths, tries: 2 }));
    expect([error.code, reader.readings()]).toEqual(['incomplete', 2]);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('is one whose file has another length than it says', async () => {
    const reader = localReader(root);
    async function* read(entries: readonly FileEntry[]): AsyncGenerator<ReadFile, void, undefined> {
      for await (const file of reader.read(entries))
        yield { ...file, entry: { ...file.entry, size: file.entry.size + 1 } };
    }
    const error = await thrownBy(() => buildLocalLayers({ list: reader.list, read }, scratch, { paths, tries: 1 }));
    expect(error.code).toBe('incomplete');
  });

  it('is one with a file that nobody asked for', async () => {
    const reader = localReader(root);
    const read = (entries: readonly FileEntry[]) => reader.read(entries.toReversed());
    const error = await thrownBy(() => buildLocalLayers({ list: reader.list, read }, scratch, { paths, tries: 1 }));
    expect(error.message).toContain('it came in the wrong order');
  });
});

it('what is written is seen first', async () => {
  const seen = new Map<string, string>();
  const ended: string[] = [];
  const tap = {
    content: ({ path }: FileEntry, bytes: Uint8Array) => {
      seen.set(path, (seen.get(path) ?? '') + Buffer.from(bytes).toString());
    },
    end: ({ path }: FileEntry) => {
      ended.push(path);
    },
    restart: () => undefined,
  };
  const built = await buildLocalLayers(localReader(root), scratch, { paths, layer: { ...layerOptions, tap } });
  expect([...seen]).toEqual(['a', 'b', 'sub/c'].map((name) => [`/app/${name}`, `content of ${name}`]));
  expect(ended).toEqual(['/app/a', '/app/b', '/app/sub/c']);
  expect(built.layers.map(({ files, bytes }) => [files, bytes])).toEqual([[3, 40]]);
  await built.close();
});
