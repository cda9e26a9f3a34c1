import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { bundledPackages } from './bundled-packages.ts';

/** Names that packages give their licence texts and notices. */
const licenceFile = /^(licen[cs]e|copying|notice|copyright)/i;

/**
 * Copies the licence texts of each npm package in the bundle to `<folder>/<name>@<version>/`. Throws when a package has none:
 * most licences require their text to be distributed with the code.
 */
export async function copyNpmLicences(folder: string): Promise<void> {
  for (const source of await bundledPackages()) {
    const manifest: unknown = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
    const [name, version] = ['name', 'version'].map((key) => stringAt(manifest, key) ?? '');
    const texts = (await readdir(source)).filter((file) => licenceFile.test(file));
    if (texts.length === 0) throw new Error(`copying licence texts: ${source} has no file LICENSE, COPYING or NOTICE`);
    const target = join(folder, `${name ?? ''}@${version ?? ''}`);
    await mkdir(target, { recursive: true });
    for (const text of texts) await copyFile(join(source, text), join(target, text));
  }
}
