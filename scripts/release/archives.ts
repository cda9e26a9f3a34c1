import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import type { Bundle } from '../forms/bundles.ts';
import { manifestOf } from '../images/layouts.ts';

/** Packs an OCI layout as what skopeo calls `oci-archive`. The same layout gives the same bytes. */
export async function archiveLayout(layout: string, file: string): Promise<void> {
  const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  await execa('tar', ['--create', '--file', file, ...plain, '--directory', layout, '.']);
}

/** Joins the layouts of bundles to one, in which each has its name as reference. */
export async function joinBundles(folder: string, bundles: readonly Bundle[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifests = [];
  for (const { name, layout } of bundles) {
    await cp(join(layout, 'blobs'), join(folder, 'blobs'), { recursive: true });
    const annotations = { 'org.opencontainers.image.ref.name': name };
    manifests.push({ ...(await manifestOf(layout)), annotations });
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** Writes SHA256SUMS over all files of a folder, as `sha256sum --check` reads it. */
export async function writeChecksums(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== checksums).sort();
  let text = '';
  for (const name of names) {
    const [, digest = ''] = sha256Of(await readFile(join(folder, name))).split(':');
    text += `${digest}  ${name}\n`;
  }
  await writeFile(join(folder, checksums), text);
}

const checksums = 'SHA256SUMS';
