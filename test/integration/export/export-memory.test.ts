import path from 'node:path';
import { expect, it } from 'vitest';

import { measure, type Measurement } from '../../../bench/measure.ts';
import { numbered, useExportScene } from '../../builders/export-scene.ts';
import { command } from '../../builders/command.ts';

const scene = useExportScene();
const kilobytesEach = 64;
/** For 50,000 objects whose texts alone are 98 MiB, in a process that takes 70 MiB for one. */
const mostMebibytes = 180;

async function exportOf(count: number, kilobytes: number): Promise<Measurement> {
  const text = 'x'.repeat(kilobytes * 1024);
  const objects = numbered('cm', count).map((name) => ({ metadata: { name, namespace: 'shop' }, data: { text } }));
  const api = await scene.startServer({
    kinds: [{ group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', objects }],
  });
  const kubeconfig = await api.writeKubeconfig(scene.scratch);
  const exportDir = path.join(scene.scratch, `export-${String(count)}`);
  const flags = { kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': exportDir };
  const run = await measure([
    ...command,
    'crane-export',
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  ]);
  await scene.stopServer();
  return run;
}

it('the memory of an export does not grow with the namespace', async () => {
  const small = await exportOf(100, kilobytesEach);
  const large = await exportOf(2500, kilobytesEach);
  expect([small.exitCode, large.exitCode]).toEqual([0, 0]);
  const moreText = ((2500 - 100) * kilobytesEach) / 1024;
  expect(moreText).toBe(150);
  expect(large.peakMebibytes - small.peakMebibytes).toBeLessThan(moreText / 3);
});

it('the memory of an export is bounded with 50,000 objects', async () => {
  const run = await exportOf(50_000, 2);
  expect(run.exitCode).toBe(0);
  expect(run.peakMebibytes).toBeGreaterThan(0);
  expect(run.peakMebibytes).toBeLessThan(mostMebibytes);
});
