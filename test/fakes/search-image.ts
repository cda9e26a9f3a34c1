import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { unpackLayer } from '../../src/adapters/archives/unpack-layer.ts';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';

/** Where a value is in an image. The history is a part of the configuration. */
export type PartOfImage = 'manifest' | 'config' | 'layer';

/**
 * Searches everything that an image consists of, its layers unpacked, for values: as they are, in base64, and encoded
 * as in URLs. Of a value with several lines the longest line is searched for.
 * @param folder as `skopeo copy … dir:FOLDER` writes it
 * @returns the parts that have it, for each value that was found
 */
export async function searchImage(
  folder: string,
  values: Readonly<Record<string, string>>,
): Promise<Readonly<Partial<Record<string, readonly PartOfImage[]>>>> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const config = hexOf(stringAt(manifest, 'config', 'digest'));
  const layers = arrayAt(manifest, 'layers').map((layer) => hexOf(stringAt(layer, 'digest')));
  const files = await readdir(folder);
  const missing = [config, ...layers].filter((name) => !files.includes(name));
  if (missing.length > 0) throw new Error(`${folder} lacks ${missing.join(', ')}`);
  const needles = Object.entries(values).flatMap(([name, value]) =>
    formsOf(value).map((form) => [name, form] as const),
  );
  const found = new Map<string, Set<PartOfImage>>();
  for (const file of files.filter((each) => each !== 'version')) {
    const part = file === 'manifest.json' ? 'manifest' : file === config ? 'config' : 'layer';
    for (const name of await searchFile(join(folder, file), needles))
      found.set(name, (found.get(name) ?? new Set()).add(part));
  }
  return Object.fromEntries([...found].map(([name, parts]) => [name, [...parts]]));
}

type Needle = readonly [name: string, form: Buffer];

async function searchFile(file: string, needles: readonly Needle[]): Promise<ReadonlySet<string>> {
  const longest = Math.max(...needles.map(([, form]) => form.length));
  const found = new Set<string>();
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of unpackLayer(createReadStream(file))) {
    const bytes = Buffer.concat([rest, piece]);
    for (const [name, form] of needles) if (!found.has(name) && bytes.includes(form)) found.add(name);
    // A value may begin in one piece and end in the next.
    rest = bytes.subarray(Math.max(0, bytes.length - longest + 1));
  }
  return found;
}

function formsOf(value: string): readonly Buffer[] {
  const [line = ''] = value.split('\n').toSorted((one, other) => other.length - one.length);
  // The end of base64 depends on what follows.
  const encoded = toBase64(value).replace(/.{0,4}$/, '');
  return [...new Set([line, encoded, encodeURIComponent(line)])].map((form) => Buffer.from(form));
}

function hexOf(digest = ''): string {
  return digest.slice(digest.indexOf(':') + 1);
}
