import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { complaintsAbout, filesBelow, runAll, runInBox, startFaultScene, type Box, type FaultScene } from './faults.ts';

let scene: FaultScene;
/** A box in which all tasks ran. */
let used: Box;
const mounted: string[] = [];

beforeAll(async () => {
  scene = await startFaultScene();
  used = await scene.fullBox();
  await runAll(scene, used);
});

afterEach(async () => {
  for (const folder of mounted.splice(0)) await execa('umount', [folder]);
});

afterAll(() => scene.stop());

/** Mounts a file system at a folder, and fills it to the last byte. */
async function fillDisk(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  mounted.push(folder);
  await writeFile(path.join(folder, 'filler'), Buffer.alloc(64 * 1024));
}

/** What each task writes into, and the flag that names it. */
const writers = [
  ['crane-export', 'export-dir'],
  ['crane-skopeo-sync-gen', 'skopeo-dir'],
  ['crane-transform', 'transform-dir'],
  ['crane-apply', 'output-dir'],
  ['crane-kustomize-init', 'kustomize-dir'],
  ['crane-summary', 'shared-data-dir'],
  ['crane-kubeconfig-generator', 'kubeconfig'],
] as const;

describe('a full disk', () => {
  it.each(writers)('ends %s with 4, names the file, and holds nothing by half', async (task, flag) => {
    const disk = path.join(used.root, `disk-of-${task}`);
    await fillDisk(disk);
    const results = path.join(used.root, `results-of-full-${task}`);
    const run = await runInBox({ ...used, results }, task, {
      flags: { ...scene.goodFlags[task], [flag]: disk },
      environment: scene.environment,
    });
    expect({ exitCode: run.exitCode, status: run.results['status'] }, run.stderr).toEqual({
      exitCode: 4,
      status: 'disk-full',
    });
    expect(complaintsAbout(run)).toEqual([]);
    expect(run.ending).toMatch(/disk-of-.*ENOSPC.*Free space/);
    expect(await filesBelow(disk)).toEqual(['filler']);
  });

  it('leaves the kubeconfig that it cannot replace as it was', async () => {
    const disk = path.join(used.root, 'disk-of-kubeconfig');
    await mkdir(disk);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    mounted.push(disk);
    const file = path.join(disk, 'kubeconfig');
    const options = { environment: scene.environment };
    const flags = { ...scene.goodFlags['crane-kubeconfig-generator'], kubeconfig: disk };
    expect((await runInBox(used, 'crane-kubeconfig-generator', { ...options, flags })).exitCode).toBe(0);
    const before = await readFile(file, 'utf8');
    await writeFile(path.join(disk, 'filler'), Buffer.alloc(64 * 1024)).catch(() => undefined);
    const again = { ...flags, 'context-name': 'x'.repeat(8000) };
    expect((await runInBox(used, 'crane-kubeconfig-generator', { ...options, flags: again })).exitCode).toBe(4);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it.each(['crane-skopeo-sync', 'kubectl-apply-files', 'kubectl-apply-kustomize'])(
    'does not keep %s from its work when only the report has no space, and the log says so',
    async (task) => {
      const flag = { 'crane-skopeo-sync': 'skopeo', 'kubectl-apply-files': 'output' }[task] ?? 'kustomize';
      const disk = path.join(used.root, `disk-of-${task}`);
      await mkdir(disk);
      await execa('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
      mounted.push(disk);
      await execa('cp', ['-r', `${path.join(used.work, flag)}/.`, disk]);
      await execa('rm', ['-rf', path.join(disk, 'reports')]);
      await writeFile(path.join(disk, 'filler'), Buffer.alloc(256 * 1024)).catch(() => undefined);
      const run = await runInBox(used, task, { flags: { ...scene.goodFlags[task], [`${flag}-dir`]: disk } });
      expect(run.exitCode, run.stderr).toBe(0);
      expect(run.stderr).toMatch(/report not written: .*ENOSPC/);
      expect(run.results['report-digest']).toBe('');
    },
  );

  it.each(['crane-skopeo-sync', 'crane-kustomize-init', 'kubectl-apply-kustomize'])(
    'under TMPDIR is not a defect of %s',
    async (task) => {
      const box = await scene.fullBox();
      await execa('cp', ['-r', `${used.work}/.`, box.work]);
      await fillDisk(box.tmp);
      const destination = { 'destination-namespace': 'elsewhere' };
      const flags = { ...scene.goodFlags[task], ...(task === 'crane-skopeo-sync' ? destination : {}) };
      if (task === 'crane-skopeo-sync') {
        const plan = path.join(box.work, 'skopeo/plan.json');
        const text = await readFile(plan, 'utf8');
        await writeFile(plan, text.replaceAll('moved', 'elsewhere'));
      }
      const run = await runInBox(box, task, { flags });
      expect(run.exitCode, run.stderr).toBe(4);
      expect(complaintsAbout(run)).toEqual([]);
      expect(run.stderr).toMatch(/no space left|ENOSPC/i);
      expect(await filesBelow(box.tmp)).toEqual(['filler']);
    },
  );

  it.each(['crane-skopeo-sync', 'crane-kustomize-init', 'kubectl-apply-kustomize'])(
    'a TMPDIR that does not exist is not a defect of %s',
    async (task) => {
      const options = { flags: scene.goodFlags[task] ?? {}, environment: { TMPDIR: '/nonexistent' } };
      const run = await runInBox(used, task, options);
      expect(run.exitCode, run.stderr).toBe(3);
      expect(complaintsAbout(run)).toEqual([]);
      expect(run.ending).toContain('/nonexistent');
    },
  );
});
