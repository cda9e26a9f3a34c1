import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WrittenKubeconfig {
  readonly path: string;
  remove(): Promise<void>;
}

/** A kubeconfig with one context, `local`, for a server on this computer that accepts every token. */
export async function writeLocalKubeconfig(server: string): Promise<WrittenKubeconfig> {
  const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  const path = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    clusters: [{ name: 'local', cluster: { server } }],
    users: [{ name: 'jane', user: { token: 'token-of-jane' } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'jane' } }],
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true }) };
}
