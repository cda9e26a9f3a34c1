import { chmod, chown, cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startFakeApi, type ApiFault } from '../../fakes/api-server.ts';
import { startSmallApi, type SmallApi } from '../../fakes/small-api.ts';
import {
  complaintsAbout,
  filesBelow,
  runInBox,
  startFaultScene,
  type Box,
  type BoxRun,
  type FaultScene,
} from './faults.ts';

/** Somebody without rights to the files of others. */
const unprivileged = 65_534;

let scene: FaultScene;

beforeAll(async () => {
  scene = await startFaultScene();
});

afterAll(() => scene.stop());

/** Each task that talks to a cluster, with the param that names its context. */
const tasks = [
  ['crane-export', 'context'],
  ['oc-registry-info', 'context'],
  ['crane-skopeo-sync', 'source-context'],
  ['crane-skopeo-sync', 'destination-context'],
  ['kubectl-apply-kustomize', 'context'],
  ['kubectl-apply-files', 'context'],
] as const;

/** A box in which apply and kustomize have something to apply. */
async function boxWithManifests(): Promise<Box> {
  const box = await scene.fullBox();
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\n  namespace: shop\n';
  for (const folder of ['output/resources/shop', 'kustomize']) {
    await mkdir(path.join(box.work, folder), { recursive: true });
    await writeFile(path.join(box.work, folder, 'map.yaml'), text);
  }
  await writeFile(path.join(box.work, 'kustomize/kustomization.yaml'), 'resources: [map.yaml]\n');
  return box;
}

async function runWith(
  task: string,
  changed: Readonly<Record<string, string>>,
  { user, prepare }: { user?: number; prepare?: (box: Box) => Promise<void> } = {},
): Promise<BoxRun & { readonly written: readonly string[] }> {
  const box = await boxWithManifests();
  const before = await filesBelow(box.work);
  await prepare?.(box);
  const flags = { ...scene.goodFlags[task], ...changed };
  const run = await runInBox(box, task, { flags, ...(user === undefined ? {} : { user }) });
  const after = await filesBelow(box.work);
  return { ...run, written: after.filter((file) => !before.includes(file) && !file.includes('reports/')) };
}

function expectEnd(run: BoxRun & { readonly written: readonly string[] }, exitCode: number, status: string): void {
  expect({ exitCode: run.exitCode, status: run.results['status'] }, run.stderr).toEqual({ exitCode, status });
  expect(complaintsAbout(run)).toEqual([]);
  expect(run.written).toEqual([]);
}

describe.each(tasks)('%s, asked for a cluster with --%s,', (task, param) => {
  it('names the contexts that there are when the one asked for is not', async () => {
    const run = await runWith(task, { [param]: 'nowhere' });
    expectEnd(run, 2, 'unknown-context');
    expect(run.ending).toMatch(/no context "nowhere"; it has "source"/);
  });

  it('names the kubeconfig that is not there', async () => {
    const run = await runWith(task, { [param]: 'source', kubeconfig: 'absent/kubeconfig' });
    expectEnd(run, 2, 'kubeconfig-unreadable');
    expect(run.ending).toMatch(/absent\/kubeconfig: .*no such file/);
  });

  it('names the kubeconfig that it may not read', async () => {
    const prepare = async ({ root, work }: Box): Promise<void> => {
      await cp(scene.kubeconfig, path.join(work, 'locked'));
      await chmod(path.join(work, 'locked'), 0);
      for (const folder of [scene.folder, root]) await chmod(folder, 0o755);
      for (const folder of [root, work, path.join(root, 'tmp')]) await chown(folder, unprivileged, unprivileged);
      for (const file of await filesBelow(work)) await openToAll(work, file);
    };
    const run = await runWith(task, { [param]: 'source', kubeconfig: 'locked' }, { user: unprivileged, prepare });
    expect(run.exitCode, run.stderr).toBe(2);
    expect(run.results['status']).toBe('kubeconfig-unreadable');
    expect(run.ending).toMatch(/locked: .*permission denied.*--kubeconfig/);
  });

  it('names the kubeconfig that is broken', async () => {
    const prepare = ({ work }: Box): Promise<void> => writeFile(path.join(work, 'broken'), 'contexts: [\n  - {');
    const run = await runWith(task, { [param]: 'source', kubeconfig: 'broken' }, { prepare });
    expect(run.exitCode).toBe(2);
    expect(run.results['status']).toBe('kubeconfig-unreadable');
    expect(run.ending).toContain('broken');
  });
});

async function openToAll(root: string, file: string): Promise<void> {
  if (file === 'locked') return;
  await chown(path.join(root, file), unprivileged, unprivileged);
  for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
    await chown(path.join(root, folder), unprivileged, unprivileged);
  }
}

/** Those whose context is asked for more than its token. */
const askers = ['crane-export', 'oc-registry-info', 'kubectl-apply-kustomize', 'kubectl-apply-files'];

describe.concurrent.each(askers)('%s', (task) => {
  it('says that the token has expired, and never shows it', async () => {
    const token = 'canary-of-an-expired-token';
    const kubeconfig = await scene.cluster.writeKubeconfig('expired', { token });
    const run = await runWith(task, { kubeconfig, debug: 'true' });
    expectEnd(run, 3, 'unauthorized');
    expect(run.ending).toMatch(/401 Unauthorized.*renew/);
    expect(run.stdout + run.stderr).not.toContain(token);
  });

  it('says that nothing answers', async () => {
    const kubeconfig = await scene.cluster.writeKubeconfig('silent', { token: 't' }, { server: 'https://127.0.0.1:1' });
    const run = await runWith(task, { kubeconfig });
    expectEnd(run, 3, 'unreachable');
    expect(run.ending).toContain('https://127.0.0.1:1');
  });

  it.each<[string, ApiFault]>([
    ['503', { kind: 'status', status: 503 }],
    ['a body cut mid-JSON', { kind: 'cut' }],
    ['a page for people', { kind: 'text', type: 'text/html', text: '<html>Log in</html>' }],
  ])('ends with 3 when the cluster answers nothing but %s', async (_name, fault) => {
    const fake = await startFakeApi({ kinds: [], decide: () => fault });
    const kubeconfig = await fake.writeKubeconfig(await mkdtemp(path.join(scene.folder, 'fake-')));
    const run = await runWith(task, { kubeconfig, context: 'fake' });
    await fake.stop();
    expect(run.exitCode, run.stderr).toBe(3);
    expect(complaintsAbout(run)).toEqual([]);
    expect(run.ending).toContain(fake.url);
    expect(run.written).toEqual([]);
  });
});

describe('crane-kubeconfig-generator and cluster-credential', () => {
  it.each(['crane-kubeconfig-generator', 'cluster-credential'])(
    '%s: name the kubeconfig of the own cluster',
    async (task) => {
      const box = await boxWithManifests();
      const environment = { KUBECONFIG: '/absent/kubeconfig' };
      const run = await runInBox(box, task, { flags: scene.goodFlags[task] ?? {}, environment });
      expect({ exitCode: run.exitCode, status: run.results['status'] }).toEqual({
        exitCode: 2,
        status: 'kubeconfig-unreadable',
      });
      expect(complaintsAbout(run)).toEqual([]);
      expect(run.ending).toContain('/absent/kubeconfig');
    },
  );
});

describe('oc-registry-info', () => {
  let api: SmallApi;
  beforeAll(async () => {
    api = await startSmallApi();
  });
  afterAll(() => api.stop());

  it('finds nothing in streams without status, and does not fail for them', async () => {
    const streams = '/apis/image.openshift.io/v1/imagestreams';
    const metadata = { name: 'a', namespace: 'b' };
    api.answer({ [streams]: { items: [{ metadata, spec: {} }, { metadata }, { metadata, status: null }] } });
    const flags = { kubeconfig: api.kubeconfig, strict: 'true' };
    const run = await runWith('oc-registry-info', flags);
    expectEnd(run, 2, 'registry-unknown');
    expect(api.asked).toContain(streams);
    expect(run.results).toMatchObject({ internal: '', public: '' });
  });
});
