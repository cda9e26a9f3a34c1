import { readFile, writeFile } from 'node:fs/promises';
import type { KeyPair } from './certificates.ts';

/** One cluster with one user, known by one context name. */
export interface KubeconfigEntry {
  readonly context: string;
  readonly server: string;
  readonly caFile: string;
  readonly client: KeyPair;
}

/** Writes a kubeconfig with embedded certificates, mode 0600; the first entry is the current context. */
export async function writeKubeconfig(file: string, entries: readonly KubeconfigEntry[]): Promise<void> {
  const parts = await Promise.all(entries.map(toParts));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: parts.map((part) => part.cluster),
    users: parts.map((part) => part.user),
    contexts: entries.map((entry) => ({
      name: entry.context,
      context: { cluster: entry.context, user: userName(entry) },
    })),
    'current-context': entries[0]?.context ?? '',
  };
  // JSON is YAML, and every reader of kubeconfigs takes it.
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

async function toParts(entry: KubeconfigEntry): Promise<{ cluster: object; user: object }> {
  const [ca, cert, key] = await Promise.all(
    [entry.caFile, entry.client.certFile, entry.client.keyFile].map(readBase64),
  );
  return {
    cluster: { name: entry.context, cluster: { server: entry.server, 'certificate-authority-data': ca } },
    user: { name: userName(entry), user: { 'client-certificate-data': cert, 'client-key-data': key } },
  };
}

function userName(entry: KubeconfigEntry): string {
  return `${entry.context}-admin`;
}

async function readBase64(file: string): Promise<string> {
  return (await readFile(file)).toString('base64');
}
