import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { measure } from './measure.ts';
import { writeMixedExport } from './mixed-export.ts';

const sizes = [1000, 10_000, 100_000];

/**
 * Prints time per resource and peak memory of crane-transform and crane-apply for more and more resources, as a table in
 * Markdown. Not part of `make bench`. The files are in memory: removing them from a disk takes longer than the rest.
 */
async function scale(): Promise<void> {
  console.log('| resources | task | whole | each resource | peak memory |\n| --- | --- | --- | --- | --- |');
  for (const resources of sizes) {
    const dir = await mkdtemp('/dev/shm/bench-scale-');
    try {
      await writeMixedExport(join(dir, 'export'), resources);
      for (const task of ['crane-transform', 'crane-apply'] as const) console.log(await row(dir, task, resources));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}

async function row(dir: string, task: 'crane-transform' | 'crane-apply', resources: number): Promise<string> {
  const names = task === 'crane-transform' ? ['export', 'transform'] : ['export', 'transform', 'output'];
  const folders = names.map((name) => `--${name}-dir=${join(dir, name)}`);
  const { exitCode, seconds, peakMebibytes } = await measure(['node', 'dist/crane-tasks.mjs', task, ...folders]);
  if (exitCode !== 0) throw new Error(`${task} ended with ${String(exitCode)}`);
  const each = `${((seconds * 1000) / resources).toFixed(2)} ms`;
  const cells = [String(resources), `\`${task}\``, `${seconds.toFixed(1)} s`, each, `${peakMebibytes.toFixed(0)} MiB`];
  return `| ${cells.join(' | ')} |`;
}

await scale();
