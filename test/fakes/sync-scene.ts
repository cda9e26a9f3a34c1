import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { assertWritten } from '../builders/documents.ts';
import { programFile } from '../builders/program.ts';
import { ensureAuthority, ensureCertificate, type KeyPair } from '../../testbed/clusters/certificates.ts';
import { startRegistry, type Registry } from '../../testbed/clusters/registry.ts';
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';

/** Two registries on loopback, and what is needed to stand TLS fronts before them. */
export interface SyncScene {
  readonly source: Registry;
  readonly destination: Registry;
  readonly pair: KeyPair;
  readonly caFile: string;
  readonly folder: string;
  /** A TLS front before one of the registries. */
  front(side: 'source' | 'destination', decide?: FaultProxyOptions['decide']): Promise<FaultProxy>;
  stop(): Promise<void>;
}

/** Starts both registries; each test uses repositories of its own. */
export async function startSyncScene(): Promise<SyncScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sync-scene-'));
  const authority = await ensureAuthority(folder, 'ca');
  const names = ['IP:127.0.0.1', 'DNS:localhost'];
  const pair = await ensureCertificate(folder, 'registry', { commonName: 'registry', names, authority });
  const source = await startRegistry({ dir: path.join(folder, 'source') });
  const destination = await startRegistry({ dir: path.join(folder, 'destination') });
  const registries = { source, destination };
  const fronts: FaultProxy[] = [];
  return {
    source,
    destination,
    pair,
    caFile: authority.certFile,
    folder,
    async front(side, decide) {
      const front = await startFaultProxy({
        target: registries[side].host,
        tls: pair,
        ...(decide === undefined ? {} : { decide }),
      });
      fronts.push(front);
      return front;
    },
    async stop() {
      await Promise.all(fronts.map((front) => front.stop()));
      await Promise.all([source.stop(), destination.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder of certificates for skopeo, which trusts the fronts of the scene with it. */
export async function writeCertificates({ folder, caFile }: SyncScene): Promise<string> {
  const certificates = path.join(folder, 'skopeo-certificates');
  await mkdir(certificates);
  await copyFile(caFile, path.join(certificates, 'ca.crt'));
  return certificates;
}

export interface PlanEntry {
  readonly source: string;
  readonly destination: string;
  readonly image: { readonly digest: string };
  readonly tags: readonly string[];
}

/** A plan as crane-skopeo-sync-gen writes it; entries name repositories below the two hosts. */
export function planText(sourceHost: string, destinationHost: string, entries: readonly PlanEntry[]): string {
  return JSON.stringify({
    schemaVersion: 1,
    source: { registry: sourceHost, internalRegistry: 'image-registry.openshift-image-registry.svc:5000' },
    destination: { registry: destinationHost, namespace: 'moved' },
    images: entries.map(({ source, destination, image, tags }) => ({
      source: `${sourceHost}/${source}`,
      digest: image.digest,
      destination: `${destinationHost}/${destination}`,
      tags,
      class: 'pushed',
      reason: 'pushed',
      usedBy: [],
    })),
    skipped: [],
    problems: [],
  });
}

/** The same plan, made for clusters of these identities. */
export function withClusterUids(plan: string, uids: { readonly source: string; readonly destination: string }): string {
  const made = JSON.parse(plan) as { readonly source: object; readonly destination: object };
  const source = { ...made.source, clusterUid: uids.source };
  return JSON.stringify({ ...made, source, destination: { ...made.destination, clusterUid: uids.destination } });
}

/** Makes a workspace folder with these files. */
export function makeWorkspace(scene: SyncScene, files: Readonly<Record<string, string>>): Promise<string> {
  return writeWorkspace(scene.folder, files);
}

/** The same below any folder. */
export async function writeWorkspace(parent: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(parent, 'workspace-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Text of a kubeconfig with one context for each name; the API servers behind them are never asked. */
export function kubeconfigText(users: Readonly<Record<string, { token: string } | { tokenFile: string }>>): string {
  const names = Object.keys(users);
  const server = 'https://127.0.0.1:1';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name, cluster: { server } })),
    users: names.map((name) => ({ name, user: users[name] })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  });
}

export interface SyncRun {
  readonly exitCode: number;
  readonly stderr: string;
  readonly results: Readonly<Record<string, string>>;
  readonly report: SyncReport | undefined;
}

export interface SyncReport {
  readonly status: string;
  readonly programs: Readonly<Record<string, string>>;
  readonly items: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly reason: string;
    readonly message?: string;
    readonly evidence?: Readonly<Record<string, string | number>>;
  }[];
}

/** Starts crane-skopeo-sync on a workspace, for tests that stop or watch it. */
export function startSync(workspace: string, args: readonly string[], env: Record<string, string> = {}) {
  return execa(
    process.execPath,
    [programFile, 'crane-skopeo-sync', '--output=json', `--skopeo-dir=${workspace}`, ...args],
    {
      env,
      reject: false,
      stdin: 'ignore',
    },
  );
}

/** Runs crane-skopeo-sync on a workspace to its end. */
export async function runSync(
  workspace: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<SyncRun> {
  const since = Date.now();
  const { exitCode, stdout, stderr } = await startSync(workspace, args, env);
  await assertWritten({ cwd: workspace, args: [`--skopeo-dir=${workspace}`], since });
  return { exitCode: exitCode ?? -1, stderr, results: parseResults(stdout), report: await readReport(workspace) };
}

/** The report of the last run on a workspace. */
export async function readReport(workspace: string): Promise<SyncReport | undefined> {
  const text = await readFile(path.join(workspace, 'reports/crane-skopeo-sync.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return JSON.parse(text) as SyncReport;
}

function parseResults(stdout: string): Record<string, string> {
  if (!stdout.startsWith('{')) return {};
  return JSON.parse(stdout) as Record<string, string>;
}
