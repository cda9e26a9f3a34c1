import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import { stringAt } from '../../src/domain/core/json-object.ts';
import { collectReports } from '../../src/domain/reports/printed-reports.ts';
import { parseLogLine } from '../../src/domain/runs/log-line.ts';
import { makeFolder } from '../builders/command.ts';
import { ensureAuthority, ensureCertificate } from '../../testbed/clusters/certificates.ts';
import { publicRegistryRoute, siteNamed } from '../../testbed/clusters/sites.ts';
import { startGitServer, type GitServer } from '../fakes/git-server.ts';
import { prepareNames } from './forms/moves.ts';
import { deployNotes, notes } from './forms/notes.ts';
import type { MoveNames } from '../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installForm, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import { runOneTask, type FinishedTask } from '../../testbed/demo/run-one-task.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';

const names: MoveNames = { runs: 'single', application: notes, movedTo: 'single-notes' };
const source = localKubectl('source');
const destination = localKubectl('destination');
const claim = 'single-data';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let git: GitServer;
let ends: Readonly<Record<string, FinishedTask>>;

/** Runs the sample of a Task in a pod of its own, all folders on one claim. */
function run(task: string, params: Readonly<Record<string, string>>): Promise<FinishedTask> {
  const user = { namespace: names.runs, user: arbitraryUser, deadlineSeconds: 300 };
  const environment = { CRANE_TASKS_LOG_FORMAT: 'json' };
  return runOneTask(destination, { task, params, claim, environment, ...user });
}

/** A whole move, a TaskRun for each of its steps, then the same application brought to rest. */
async function moveByHand(): Promise<Readonly<Record<string, FinishedTask>>> {
  const [from, to] = [source, destination].map(({ context }) => publicRegistryRoute(clusterNamed(context)));
  const place = { namespace: 'single-notes', context: 'destination' };
  for (const context of ['source', 'destination'])
    await run('crane-kubeconfig-generator', { 'cluster-secret': `${context}-cluster`, 'context-name': context });
  const exported = await run('crane-export', { namespace: notes });
  const images = run('crane-image-sync', {
    'src-public-registry-url': from ?? '',
    'dest-public-registry-url': to ?? '',
    'dest-namespace': 'single-notes',
  });
  const transformed = await run('crane-transform', {
    'registry-replacement': '',
    'namespace-mapping': `${notes}=single-notes`,
  });
  const written = await run('crane-apply', {});
  const kustomized = await run('crane-kustomize-init', { 'source-namespace': notes, namespace: 'single-notes' });
  const pushed = run('git-init-push', { 'git-remote-url': git.url, folder: 'apps/notes' });
  const synced = await images;
  const applied = await run('kubectl-apply-kustomize', { context: 'destination', 'dry-run': 'false' });
  const rested = await run('kubectl-scale-down', place);
  const summed = await run('crane-summary', { 'print-reports': 'true' });
  return { summed, exported, transformed, written, kustomized, synced, pushed: await pushed, applied, rested };
}

beforeAll(async () => {
  folder = await makeFolder();
  // The host's end of the cluster's link: the only address of this computer that its pods reach.
  const host = siteNamed('destination').hostAddress;
  const authority = await ensureAuthority(join(folder.path, 'authority'), 'ca');
  const served = { authority, commonName: 'git', names: [`IP:${host}`] };
  const tls = await ensureCertificate(folder.path, 'git', served);
  git = await startGitServer(folder.path, { user: 'mover', password: 'canary-of-git', host, tls });
  await deployNotes(source);
  await prepareNames(names, destination);
  const image = await loadTaskImage();
  await installForm(destination, { parts: ['tasks'], namespace: names.runs, image });
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const trust = await readFile(authority.certFile, 'utf8');
  const login = { username: 'mover', password: 'canary-of-git', 'ca.crt': trust };
  await destination.apply(
    [
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim }, spec },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git-login' }, stringData: login },
    ],
    names.runs,
  );
  ends = await moveByHand();
});

afterAll(async () => {
  await destination.run(['delete', 'namespace', 'single', 'single-notes', '--wait=false', '--ignore-not-found']);
  await source.run(['delete', 'namespace', 'single', '--wait=false', '--ignore-not-found']);
  await git.stop();
  await folder.remove();
});

describe('the samples of single Tasks, run one after the other on one volume', () => {
  it.each(['exported', 'transformed', 'written', 'kustomized', 'synced', 'pushed', 'applied', 'rested'])(
    'end well: %s',
    (step) => {
      expect(ends[step]?.succeeded, ends[step]?.log).toBe(true);
    },
  );

  it('have events in their logs', () => {
    const events = ['exported', 'synced', 'applied'].flatMap((step) => {
      const lines = (ends[step]?.log ?? '').split('\n').map(parseLogLine);
      return lines.flatMap((line) => (line.kind === 'event' && line.event.event === 'item' ? [line.event] : []));
    });
    expect(events.map(({ task, kind }) => `${task ?? ''} ${kind ?? ''}`)).toEqual(
      expect.arrayContaining(['crane-export object', 'crane-image-sync image', 'kubectl-apply-kustomize object']),
    );
    expect(events.find(({ kind }) => kind === 'image')?.id).toMatch(/single-notes\/httpd:/);
  });

  it('have reports that a log gives whole', () => {
    const { reports, incomplete } = collectReports((ends['summed']?.log ?? '').split('\n'), sha256Of);
    expect(incomplete).toEqual([]);
    const tasks = reports.map(({ text }) => stringAt(JSON.parse(text), 'task'));
    expect(tasks).toEqual(expect.arrayContaining(['crane-export', 'crane-image-sync', 'kubectl-apply-kustomize']));
  });

  it('crane-image-sync plans and copies the image in one pod', () => {
    expect(ends['synced']?.results).toMatchObject({ 'image-count': '1', 'failed-count': '0', 'problem-count': '0' });
    expect(ends['synced']?.results['IMAGES']).toMatch(/single-notes\/httpd@sha256:[0-9a-f]{64}$/);
  });

  it('git-init-push leaves the manifests in the repository, and its password nowhere', async () => {
    const branch = ends['pushed']?.results['branch'] ?? '';
    const files = (await git.git('ls-tree', '-r', '--name-only', branch)).split('\n');
    expect(files).toContain('apps/notes/kustomization.yaml');
    expect(files.filter((file) => file.includes('Deployment_apps_v1_'))).toHaveLength(1);
    expect(ends['pushed']?.log).not.toContain('canary-of-git');
  });

  it('kubectl-scale-down scales down the application that kubectl-apply-kustomize created', async () => {
    expect(ends['applied']?.results['status']).toBe('succeeded');
    expect(ends['rested']?.results).toMatchObject({ 'scaled-count': '1', 'failed-count': '0' });
    expect(await destination.get(['deployment', 'httpd', '-n', 'single-notes'])).toMatchObject({
      spec: { replicas: 0 },
    });
  });
});
