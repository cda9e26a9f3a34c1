import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { claimInterrupted, failExport } from '../../../src/usecases/exports/export-run.ts';
import { findExport, takeExport } from '../../../src/usecases/exports/export-store.ts';
import { keepExportAlive } from '../../../src/usecases/exports/keep-export-alive.ts';
import { command } from '../../builders/command.ts';
import { silentLog } from '../../builders/test-cluster.ts';
import { exportsNamespace, startExportsScene, uniqueImage, type ExportsScene } from '../../fakes/exports-scene.ts';
import { buildImage, digestOf, pushImage } from '../../fakes/oci-images.ts';

let scene: ExportsScene;
const hour = 3_600_000;

beforeAll(async () => {
  scene = await startExportsScene();
}, 120_000);

afterAll(() => scene.stop());

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly runCommand: string;
  readonly digest: string;
  readonly workspaceIncluded: boolean;
}

async function list(...args: readonly string[]): Promise<readonly Listed[]> {
  const { stdout } = await scene.run('exports list', '--output=json', ...args);
  return JSON.parse(stdout) as readonly Listed[];
}

describe('the list of exports', () => {
  it('is the same for two users who may only list ConfigMaps, and shows all states', async () => {
    const ready = await scene.publish('first');
    const begun = await scene.begin('second');
    const failed = await scene.begin('third');
    await failExport({ ...scene.store(), owner: failed.owner }, failed, 'pushing: the registry refused');
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
    const users = ['ada', 'ben'].map(async (user) => {
      const token = await scene.local.makeAccount(exportsNamespace, user, rules);
      const kubeconfig = await scene.local.writeKubeconfig(user, { token });
      return kubeconfig;
    });
    const outputs: string[] = [];
    for (const user of users) outputs.push((await scene.run('exports list', `--kubeconfig=${await user}`)).stdout);
    expect(outputs[0]).toBe(outputs[1]);
    expect(outputs[0]).toContain('WORKSPACE');
    const shown = await list();
    expect(shown).toMatchObject(
      [
        { id: ready.entry.id, state: 'ready', digest: ready.image.digest, workspaceIncluded: true },
        { id: begun.entry.id, state: 'in-progress', runCommand: '' },
        { id: failed.entry.id, state: 'failed', runCommand: '' },
      ].sort((a, b) => shown.findIndex(({ id }) => id === a.id) - shown.findIndex(({ id }) => id === b.id)),
    );
    expect(shown.find(({ state }) => state === 'ready')?.runCommand).toBe(
      `docker run -p 8888:8888 -v ${ready.entry.id}-1-home-jovyan:/home/jovyan -e DB_PASSWORD ` +
        `${scene.registry.host}/course/exports@${ready.image.digest}`,
    );
    expect((await list('--hide=failed,in-progress')).map(({ state }) => state)).toEqual(['ready']);
    expect(await scene.run('exports list', '--hide=gone')).toMatchObject({ exitCode: 2 });
  });

  it('reports a ConfigMap that is not a record, beside the others', async () => {
    const labels = { 'crane-tasks.dev/export': 'x' };
    await scene.local.create(`/api/v1/namespaces/${exportsNamespace}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'export-x', labels },
      data: { 'export.json': '{"id":"x"}' },
    });
    const listed = await scene.run('exports list');
    expect(listed.exitCode).toBe(4);
    expect(listed.stdout).toContain('first');
    expect(listed.stderr).toContain('export-x');
    await scene.local.cluster.request({
      method: 'DELETE',
      path: `/api/v1/namespaces/${exportsNamespace}/configmaps/export-x`,
    });
  });

  it('shows one export by its name, its id and its tag', async () => {
    const { entry } = await scene.publish('shown');
    for (const word of ['shown', entry.id, `${entry.id}_shown`]) {
      const shown = await scene.run('exports show', word);
      expect(shown).toMatchObject({ exitCode: 0 });
      expect(shown.stdout).toContain(entry.digest);
    }
    await scene.publish('shown');
    expect(await scene.run('exports show', 'shown')).toMatchObject({ exitCode: 2 });
    expect(await scene.run('exports show', 'absent')).toMatchObject({ exitCode: 2 });
  });
});

describe('an export whose run died', () => {
  it('is interrupted after 3 minutes, and one run can claim it', async () => {
    const past = scene.store(() => Date.now() - hour);
    const dead = await scene.begin('dead');
    await takeExport(past, dead);
    expect((await list()).find(({ id }) => id === dead.entry.id)).toMatchObject({ state: 'interrupted' });
    const claims = await Promise.allSettled([
      claimInterrupted(scene.store(), dead.entry.id),
      claimInterrupted(scene.store(), dead.entry.id),
    ]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(claimInterrupted(scene.store(), dead.entry.id)).rejects.toMatchObject({ code: 'name-collision' });
    await expect(failExport(past, dead, 'late')).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('is cleaned up: a tag that it set, and nothing else', async () => {
    const dead = await scene.begin('half');
    const image = uniqueImage();
    await pushImage(scene.registry.host, `course/exports:${dead.entry.id}_half`, image);
    await takeExport(
      scene.store(() => Date.now() - hour),
      dead,
    );
    expect(await scene.run('exports delete', dead.entry.id)).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, `course/exports:${dead.entry.id}_half`)).toBeUndefined();
    expect(await digestOf(scene.registry.host, `course/exports:${image.digest}`)).toBeUndefined();
    expect(await scene.stateOf(dead.entry.id)).toBe('deleted');
  });

  it('is not touched while it is alive', async () => {
    const alive = await scene.begin('alive');
    expect(await scene.run('exports delete', alive.entry.id)).toMatchObject({ exitCode: 4 });
    expect(await scene.stateOf(alive.entry.id)).toBe('in-progress');
  });

  it('learns from its sign of life that another run took it', async () => {
    const begun = await scene.begin('taken');
    const own = { ...scene.store(), owner: begun.owner };
    let beat = (): void => undefined;
    const keeper = keepExportAlive(own, begun, {
      log: silentLog,
      every: (_, call) => ((beat = call), () => undefined),
    });
    await keeper.note({ size: 5 });
    expect((await findExport(own, begun.entry.id))?.entry.size).toBe(5);
    const found = await findExport(own, begun.entry.id);
    if (found !== undefined) await takeExport(scene.store(), found);
    beat();
    await keeper.stop();
    expect(keeper.lost.aborted).toBe(true);
  });
});

describe('a deletion', () => {
  it('removes the image, keeps the record, and can be repeated', async () => {
    const { entry, image } = await scene.publish('gone');
    expect(await scene.run('exports delete', 'gone')).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, `course/exports:${image.digest}`)).toBeUndefined();
    expect(await scene.stateOf(entry.id)).toBe('deleted');
    expect(await scene.run('exports delete', 'gone')).toMatchObject({ exitCode: 0 });
    expect(await scene.run('exports run-command', 'gone')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('removes lists of contents and signatures too', async () => {
    const { entry, image } = await scene.publish('signed');
    const tag = `${image.digest.replace(':', '-')}.sbom`;
    const about = buildImage([], { about: image.digest });
    await pushImage(scene.registry.host, `course/exports:${tag}`, about);
    expect(await scene.run('exports delete', entry.id)).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, `course/exports:${about.digest}`)).toBeUndefined();
  });

  it('names other tags of the same image, and deletes them only when told so', async () => {
    const first = await scene.publish('same');
    const second = await scene.publish('again', { image: first.image });
    const refused = await scene.run('exports delete', first.entry.id);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain(`${second.entry.id}_again`);
    expect(await scene.stateOf(first.entry.id)).toBe('ready');
    const done = await scene.run('exports delete', first.entry.id, '--delete-shared-tags=true');
    expect(done).toMatchObject({ exitCode: 0 });
    expect(await scene.stateOf(second.entry.id)).toBe('deleted');
  });

  it.each([
    ['405', 405],
    ['403', 403],
    ['202, and keeps the image', 202],
  ])('that the registry answers with %s has failed, and says where to delete by hand', async (_, status) => {
    const front = await scene.front(({ method }) =>
      method === 'DELETE' ? { kind: 'answer', status, body: '{"errors":[{"code":"X","message":"no"}]}' } : undefined,
    );
    const { entry, image } = await scene.publish('kept', { host: front.host });
    const refused = await scene.run('exports delete', entry.id);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('delete failed: still public');
    expect(refused.stderr).toContain('delete the tag');
    expect(await scene.stateOf(entry.id)).toBe('delete-failed');
    expect(await digestOf(scene.registry.host, `course/exports:${image.digest}`)).toBe(image.digest);
  });

  it.each([
    ['before the registry deleted the image', 'DELETE', 'stall'],
    ['after the registry deleted it', 'GET', 'stall'],
  ])('that was killed %s can be repeated', async (_, method, kind) => {
    let isStuck = true;
    let hasDeleted = false;
    const front = await scene.front((request) => {
      if (request.method === 'DELETE') hasDeleted = true;
      return isStuck && hasDeleted && request.method === method ? { kind: kind as 'stall' } : undefined;
    });
    const { entry, image } = await scene.publish('killed', { host: front.host });
    const [node, program] = command;
    const place = [`--kubeconfig=${scene.local.server.kubeconfigPath}`, `--namespace=${exportsNamespace}`];
    const args = ['exports', 'delete', entry.id, ...place, '--registry-tls-verify=false'];
    const run = execa(node, [program, ...args], { cwd: scene.local.scratch, reject: false });
    await vi.waitUntil(() => front.requests.some((request) => request.method === method && hasDeleted), 20_000);
    run.kill('SIGKILL');
    expect(await run).toMatchObject({ signal: 'SIGKILL' });
    expect(await scene.stateOf(entry.id)).toBe('delete-failed');
    isStuck = false;
    expect(await scene.run('exports delete', entry.id)).toMatchObject({ exitCode: 0 });
    expect(await scene.stateOf(entry.id)).toBe('deleted');
    expect(await digestOf(scene.registry.host, `course/exports:${image.digest}`)).toBeUndefined();
  });
});
