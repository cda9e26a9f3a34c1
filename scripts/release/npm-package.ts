import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { execa } from 'execa';

import { isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import { copyNpmLicences } from '../images/licences.ts';
import { copySchemas } from './schemas.ts';

/** Fields of package.json that describe the command to its users; what only a checkout needs is left out. */
const fields = [
  ...['name', 'version', 'description', 'keywords', 'homepage', 'bugs', 'repository', 'license', 'author'],
  ...['type', 'engines', 'bin'],
];

/**
 * Packs the bundle as the npm package that provides the command. It has no dependencies, since they are in the bundle, and
 * installs without a registry. Returns the name of the file that `npm pack` writes into the folder.
 */
export async function packCommand(folder: string): Promise<string> {
  const place = '.cache/npm-package';
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, 'dist'), { recursive: true });
  const manifest: unknown = JSON.parse(await readFile('package.json', 'utf8'));
  await writeFile(join(place, 'package.json'), JSON.stringify(publicFields(manifest), undefined, 2));
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) await copyFile(file, join(place, file));
  await copyFile('dist/crane-tasks.mjs', join(place, 'dist/crane-tasks.mjs'));
  await cp('dist/chunks', join(place, 'dist/chunks'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  await cp('dist/wizard-page', join(place, 'dist/wizard-page'), { recursive: true });
  await copySchemas(join(place, 'schemas'));
  await copyNpmLicences(join(place, 'licenses'));
  await cp('licenses', join(place, 'licenses'), { recursive: true });
  const { stdout } = await execa('npm', ['pack', '--silent', `--pack-destination=${resolve(folder)}`], { cwd: place });
  return stdout.trim();
}

function publicFields(manifest: unknown): JsonObject {
  if (!isObject(manifest)) throw new Error('reading package.json: expected an object');
  return Object.fromEntries(fields.filter((field) => field in manifest).map((field) => [field, manifest[field]]));
}
