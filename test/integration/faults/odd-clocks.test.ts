import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import { copyGolden, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';
import { runExport } from '../../builders/export-run.ts';
import { useExportScene } from '../../builders/export-scene.ts';

const scene = useExportScene();
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

type Tree = Readonly<Record<string, string>>;

/** Environment of a process whose clock is wrong by so many hours, far from the language and zone of the developers. */
function clockOff(hours: number): Readonly<Record<string, string>> {
  const shift = `const { now } = Date; Date.now = () => now() + ${String(hours * 3_600_000)};
    globalThis.Date = class extends Date { constructor(...given) { given.length === 0 ? super(Date.now()) : super(...given); } };`;
  return {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}`,
    TZ: 'Pacific/Apia',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
  };
}

/** What the tasks write between an export and the manifests, in a folder of its own or that of an earlier run. */
async function moveFiles(name: string, environment: Readonly<Record<string, string>>): Promise<Tree> {
  const cwd = join(folder.path, name);
  await copyGolden('transform/openshift-shop/export', join(cwd, 'export'));
  const planning = [
    '--internal-registry-url=image-registry.openshift-image-registry.svc:5000',
    '--registry-url=registry.source.example',
    '--destination-registry-public=registry.destination.example',
    '--destination-namespace=store',
    '--allow-problems=*',
  ];
  const commands = [['crane-skopeo-sync-gen', ...planning], ['crane-transform'], ['crane-apply']];
  for (const args of commands) {
    const { exitCode, stderr } = await runTaskCommand(args, { cwd, environment });
    expect([0, 4], stderr).toContain(exitCode);
  }
  const [skopeo, transform, output] = await Promise.all(
    ['skopeo', 'transform', 'output'].map((place) => readTree(join(cwd, place))),
  );
  return { ...skopeo, ...transform, ...output };
}

async function exportFiles(name: string, environment: Readonly<Record<string, string>>): Promise<Tree> {
  const kubeconfig = await (await scene.startServer({})).writeKubeconfig(scene.scratch);
  const places = { kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': join(folder.path, name) };
  const run = await runExport({ ...places, secrets: 'include' }, environment);
  await scene.stopServer();
  expect(run.exitCode).toBe(0);
  return run.contents();
}

/** How many hours the clock of the last crane-apply was wrong, rounded. */
async function hoursOff(name: string): Promise<number> {
  const report: unknown = JSON.parse(
    await readFile(join(folder.path, name, 'output/reports/crane-apply.json'), 'utf8'),
  );
  return Math.round((Date.parse(stringAt(report, 'startedAt') ?? '') - Date.now()) / 3_600_000);
}

describe.each([-1, 1])('a clock that is wrong by %i hours, in another language and time zone', (hours) => {
  it('gives the same bytes in an export, also over an earlier one', async () => {
    const expected = await exportFiles('right', {});
    expect(Object.keys(expected).length).toBeGreaterThan(130);
    expect(await exportFiles('wrong', clockOff(hours))).toEqual(expected);
    expect(await exportFiles('right', clockOff(hours))).toEqual(expected);
  });

  it('gives the same bytes in plans, patches and manifests, also over earlier ones', async () => {
    const expected = await moveFiles('right', {});
    expect(Object.keys(expected).length).toBeGreaterThan(50);
    expect(await moveFiles('wrong', clockOff(hours))).toEqual(expected);
    expect(await hoursOff('wrong')).toBe(hours);
    expect(await moveFiles('right', clockOff(hours))).toEqual(expected);
  });
});
