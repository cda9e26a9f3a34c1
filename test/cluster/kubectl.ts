import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { programPath } from './programs.ts';
import { runProgram } from './run-program.ts';
import { siteFolder } from './sites.ts';
import type { Cluster } from './sites.ts';

/** The administrator's kubeconfig of one cluster. */
export function adminKubeconfig(cluster: Cluster): string {
  return siteFolder(cluster, 'kubeconfigs', 'admin');
}

/** Runs kubectl as the cluster's administrator and gives its output. */
export async function kubectl(cluster: Cluster, args: readonly string[], input?: string): Promise<string> {
  const all = [`--kubeconfig=${adminKubeconfig(cluster)}`, ...args];
  return runProgram(programPath('kubectl'), all, input === undefined ? {} : { input });
}

/**
 * Applies objects on the server's side, unless the same ones were applied under that name before.
 * Client-side apply would not do: Tekton's definitions nearly fill its annotation.
 */
export async function applyOnce(cluster: Cluster, name: string, objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const digest = createHash('sha256').update(list).digest('hex');
  const record = siteFolder(cluster, 'applied', name);
  if (existsSync(record) && readFileSync(record, 'utf8') === digest) return;
  await kubectl(cluster, ['apply', '--server-side', '--force-conflicts', '--field-manager=local-clusters', '--filename=-'], list);
  await mkdir(path.dirname(record), { recursive: true });
  await writeFile(record, digest);
}
