import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { untilEstablished } from './established.ts';
import { readText } from './json.ts';
import { programPath } from './programs.ts';
import { runProgram } from './run-program.ts';
import { siteFolder, type Cluster } from './sites.ts';

/** The administrator's kubeconfig of one cluster. */
export function adminKubeconfig(cluster: Cluster): string {
  return siteFolder(cluster, 'kubeconfigs', 'admin');
}

/** Runs kubectl as the cluster's administrator and gives its output. */
export async function kubectl(cluster: Cluster, args: readonly string[], input?: string): Promise<string> {
  const all = [`--kubeconfig=${adminKubeconfig(cluster)}`, `--cache-dir=${siteFolder(cluster, 'kubectl')}`, ...args];
  return runProgram(programPath('kubectl'), all, input === undefined ? {} : { input });
}

/**
 * Applies objects on the server's side, unless the same ones were applied under that name before.
 * Client-side apply would not do: Tekton's definitions nearly fill its annotation.
 */
export async function applyOnce(cluster: Cluster, name: string, objects: readonly object[]): Promise<void> {
  const digest = createHash('sha256').update(JSON.stringify(objects)).digest('hex');
  const record = siteFolder(cluster, 'applied', name);
  if (existsSync(record) && readFileSync(record, 'utf8') === digest) return;
  const definitions = objects.filter(isDefinition);
  await apply(cluster, definitions);
  await waitUntilServed(cluster, definitions);
  await apply(
    cluster,
    objects.filter((object) => !isDefinition(object)),
  );
  await mkdir(path.dirname(record), { recursive: true });
  await writeFile(record, digest);
}

async function apply(cluster: Cluster, objects: readonly object[]): Promise<void> {
  if (objects.length === 0) return;
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl(
    cluster,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=local-clusters', '--filename=-'],
    list,
  );
}

/** Objects of a kind can be applied once its definition is established. */
async function waitUntilServed(cluster: Cluster, definitions: readonly object[]): Promise<void> {
  const names = definitions.map((definition) => readText(definition, 'metadata', 'name') ?? '');
  if (names.length > 0) await untilEstablished((args) => kubectl(cluster, args), names);
}

function isDefinition(object: object): boolean {
  return readText(object, 'kind') === 'CustomResourceDefinition';
}
