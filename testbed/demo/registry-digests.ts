import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { namesArgument } from '../clusters/names.ts';
import { clusters, publicRegistryRoute, type ClusterName } from '../clusters/sites.ts';
import { migrator, type MoveNames } from './accounts.ts';
import type { Kubectl } from './kubectl.ts';

/** What a registry answers for a list of images, asked with the real skopeo: digest, or the first line of its refusal. */
export async function registryDigests(
  kubectl: Kubectl,
  images: readonly string[],
  names: MoveNames,
): Promise<ReadonlyMap<string, string>> {
  const host = registryHost(kubectl.context);
  const folder = await mkdtemp(join(tmpdir(), 'proof-'));
  try {
    const authFile = join(folder, 'auth.json');
    const token = await kubectl.run(['create', 'token', migrator, '-n', names.runs]);
    const auth = Buffer.from(`crane:${token}`).toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    const digests = images.map(
      async (image) => [image, await inspect(`docker://${host}/${names.application}/${image}`, authFile)] as const,
    );
    return new Map(await Promise.all(digests));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function registryHost(context: string): string {
  const cluster = clusters.find(({ name }) => name === (context as ClusterName));
  if (cluster === undefined) throw new Error(`no local cluster has the context ${context}`);
  return publicRegistryRoute(cluster);
}

async function inspect(reference: string, authFile: string): Promise<string> {
  const skopeo = [
    'skopeo',
    'inspect',
    '--format',
    '{{.Digest}}',
    '--authfile',
    authFile,
    '--cert-dir',
    certificates,
    reference,
  ];
  const { stdout, stderr, exitCode } = await execa(
    'nsenter',
    [namesArgument(), `--wdns=${process.cwd()}`, '--', ...skopeo],
    {
      reject: false,
    },
  );
  return exitCode === 0 ? stdout.trim() : (stderr.split('\n')[0] ?? 'no answer');
}

const certificates = '.cache';
