import { copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { rulesFrom } from '../../src/domain/scan/gitleaks-rules.ts';
import { version } from '../../src/runtime/version.ts';
import { bundledPackages } from './bundled-packages.ts';
import {
  debianComponent,
  formatContents,
  goComponent,
  goComponents,
  nodeComponent,
  npmComponents,
  parseControlFiles,
} from './contents.ts';
import { copyNpmLicences } from './licences.ts';
import { nodeVersion } from './node-version.ts';
import { goPrograms } from './programs-of-platform.ts';

/** Where the list of contents is in an image. */
export const contentsPath = 'usr/local/share/crane-tasks/contents.cdx.json';

/** Where the licence texts of all but the Debian packages are in an image. Those have theirs in usr/share/doc. */
const licencesPath = 'usr/share/licenses';

/** The parts that an image is made of, besides the bundle in dist/. */
export interface ImageParts {
  /** Control files of the Debian packages, one after the other. */
  readonly packages: string;
  /** A folder for each Go program, which images/tools/collect-licences wrote. */
  readonly goPrograms: readonly string[];
  /** File with the licence texts of Node.js. */
  readonly nodeLicence: string;
}

/** The Go programs of an image, by the names of their share folders. */
export function goProgramsOf(image: string): readonly (typeof goPrograms)[number][] {
  return goPrograms.filter((program) => program !== 'helm' || image === 'helm-runner');
}

/** Lays out what an image has on top of its runtime: the bundle, the command's name on the path, the list of contents, licences. */
export async function makeImageFiles(folder: string, image: string, parts: ImageParts): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const programs = join(folder, 'opt/crane-tasks');
  const licences = join(folder, licencesPath);
  for (const path of ['opt/crane-tasks', 'usr/local/bin', 'usr/local/share/crane-tasks', `${licencesPath}/node`])
    await mkdir(join(folder, path), { recursive: true });
  await copyFile('dist/crane-tasks.mjs', join(programs, 'crane-tasks.mjs'));
  await cp('dist/chunks', join(programs, 'chunks'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  await cp('dist/wizard-page', join(programs, 'wizard-page'), { recursive: true });
  await cp('dist/console-plugin', join(programs, 'console-plugin'), { recursive: true });
  await symlink('/opt/crane-tasks/crane-tasks.mjs', join(folder, 'usr/local/bin/crane-tasks'));
  await writeFile(join(folder, contentsPath), await listContents(image, parts));
  await copyFile(parts.nodeLicence, join(licences, 'node/LICENSE'));
  for (const program of parts.goPrograms)
    await cp(join(program, 'licenses'), join(licences, 'go'), { recursive: true });
  await copyNpmLicences(join(licences, 'npm'));
  // Of the rules that find secrets, which are part of the bundle.
  await cp('licenses', licences, { recursive: true });
  await mkdir(join(licences, 'crane-tasks'));
  await copyFile('LICENSE', join(licences, 'crane-tasks/LICENSE'));
}

async function listContents(image: string, { packages, goPrograms }: ImageParts): Promise<string> {
  const modules = await Promise.all(goPrograms.map((program) => readFile(join(program, 'modules'), 'utf8')));
  return formatContents({ name: image, version }, [
    ...parseControlFiles(packages).map(debianComponent),
    ...modules.flatMap(goComponents),
    goComponent(rulesFrom.module, rulesFrom.version),
    ...npmComponents(await readFile('package-lock.json', 'utf8'), await bundledPackages()),
    nodeComponent(nodeVersion),
  ]);
}

/** Texts of all files of a folder, in the order of their names. */
export async function readAll(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}
