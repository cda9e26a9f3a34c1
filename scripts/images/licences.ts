import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { bundledPackages } from './bundled-packages.ts';

/** Names that packages give their licence texts and notices. */
const licenceFile = /^(licen[cs]e|copying|notice|copyright)/i;

interface Package {
  /** `<name>@<version>`. */
  readonly name: string;
  readonly licence: string;
  readonly repository: string;
  /** Paths of licence texts and notices. */
  readonly texts: readonly string[];
}

/**
 * Copies the licence texts of each npm package in the bundle to `<folder>/<name>@<version>/`. A package without a text has
 * that of another package of its repository with the same licence, or the one in licenses/npm of this repository. Throws when
 * there is none: most licences require their text to be distributed with the code.
 */
export async function copyNpmLicences(folder: string): Promise<void> {
  const packages = await Promise.all((await bundledPackages()).map(readPackage));
  for (const { name, licence, repository, texts } of packages) {
    const isSibling = (one: Package): boolean =>
      one.texts.length > 0 && repository !== '' && one.repository === repository && one.licence === licence;
    const own = join('licenses/npm', name, 'LICENSE');
    const found = texts.length > 0 ? texts : (packages.find(isSibling)?.texts ?? (existsSync(own) ? [own] : undefined));
    if (found === undefined) throw new Error(`copying licence texts: ${name} has no file LICENSE, COPYING or NOTICE`);
    const target = join(folder, name);
    await mkdir(target, { recursive: true });
    for (const text of found) await copyFile(text, join(target, text.slice(text.lastIndexOf('/') + 1)));
  }
}

async function readPackage(source: string): Promise<Package> {
  const manifest: unknown = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const text = (...path: readonly string[]): string => stringAt(manifest, ...path) ?? '';
  const files = (await readdir(source)).filter((file) => licenceFile.test(file));
  return {
    name: `${text('name')}@${text('version')}`,
    licence: text('license'),
    repository: text('repository', 'url'),
    texts: files.map((file) => join(source, file)),
  };
}
