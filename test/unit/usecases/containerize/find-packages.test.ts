import { describe, expect, it } from 'vitest';

import type { FileEntry, ReadFile } from '../../../../src/domain/containerize/file-entry.ts';
import { findPackages } from '../../../../src/usecases/containerize/find-packages.ts';
import { fileEntry } from '../../../builders/image-summary.ts';

const site = '/lib/python3.12/site-packages';

/** A reader of these texts that gives each in two pieces, cut within a character. */
function readerOf(texts: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  async function* read(entries: readonly FileEntry[]): AsyncGenerator<ReadFile> {
    for (const entry of entries) {
      asked.push(entry.path);
      const bytes = new TextEncoder().encode(texts[entry.path] ?? '');
      const cut = bytes.findIndex((byte) => byte > 127) + 1;
      async function* content(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(bytes.slice(0, cut));
        yield bytes.slice(cut);
      }
      yield { entry, attributes: new Map(), content: content() };
    }
    await Promise.resolve();
  }
  return { asked, read };
}

describe('packages', () => {
  it('are found by reading the files that describe them, and no others', async () => {
    const texts = {
      [`${site}/b.dist-info/METADATA`]: 'Name: b\nVersion: 1\nLicense: Lizenz für alle\n',
      [`${site}/a.dist-info/METADATA`]: 'Name: a\nVersion: 1\n',
      [`${site}/broken.dist-info/METADATA`]: 'nothing',
    };
    const entries = [...Object.keys(texts), `${site}/a.py`].map((path) => fileEntry(path, 50));
    const reader = readerOf(texts);
    const found = await findPackages(entries, reader);
    expect(found.map(({ name, licence }) => [name, licence])).toEqual([
      ['a', ''],
      ['b', 'Lizenz für alle'],
    ]);
    expect(reader.asked).toEqual(Object.keys(texts));
  });

  it('are none, and nothing is read, when no file describes one', async () => {
    const reader = readerOf({});
    expect(await findPackages([fileEntry('/a', 5)], reader)).toEqual([]);
    expect(reader.asked).toEqual([]);
  });
});
