import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { measure, type Measurement } from './measure.ts';
import { writeMixedExport } from './mixed-export.ts';
import { startScaleCluster } from './scale-cluster.ts';
import { copyTags } from './scale-tags.ts';
import { benchVolumeTransfer } from './volume-transfer.ts';

const usage = `node bench/scale.ts resources|tags|files [NUMBER ...]

Prints time per item and peak memory for more and more items, as a table in Markdown. Not part of make bench:
100,000 resources need five minutes and 2 GiB of memory for their files, a million files 10 GiB.`;

/** What was measured: the program and what it did. */
type Row = readonly [work: string, measurement: Measurement];

const kinds: Readonly<
  Record<string, { readonly sizes: readonly number[]; readonly run: (n: number) => Promise<Row[]> }>
> = {
  resources: { sizes: [1000, 10_000, 100_000], run: renderResources },
  tags: { sizes: [100, 1000, 10_000], run: copyTags },
  files: { sizes: [10_000, 100_000, 1_000_000], run: transferFiles },
};

/** The allocator of C as images/task-runner/Dockerfile sets it. */
const asInImage: NodeJS.ProcessEnv = {
  ...process.env,
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** The files are in memory: removing them from a disk takes longer than the rest. */
async function renderResources(resources: number): Promise<Row[]> {
  const dir = await mkdtemp('/dev/shm/bench-scale-');
  try {
    await writeMixedExport(join(dir, 'export'), resources);
    const rows: Row[] = [];
    for (const task of ['crane-transform', 'crane-apply'] as const) {
      const names = task === 'crane-transform' ? ['export', 'transform'] : ['export', 'transform', 'output'];
      const folders = names.map((name) => `--${name}-dir=${join(dir, name)}`);
      rows.push([`\`${task}\``, await measure(['node', 'dist/crane-tasks.mjs', task, ...folders], asInImage)]);
    }
    return [...rows, ...(await applyResources(dir))];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Applies the rendered resources twice and verifies and validates them, without TLS, with a program that answers as an API server. */
async function applyResources(dir: string): Promise<Row[]> {
  const cluster = await startScaleCluster();
  try {
    const kubeconfig = join(dir, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(cluster.url), { mode: 0o600 });
    const folder = (name: string, of = name) => `--${name}-dir=${join(dir, of)}`;
    const run = (task: string, ...flags: readonly string[]) =>
      measure(['node', 'dist/crane-tasks.mjs', task, `--kubeconfig=${kubeconfig}`, ...flags], asInImage);
    const destination = '--destination-context=bench';
    await mkdir(join(dir, 'verify'));
    await run('crane-validate', destination, folder('validate'));
    const verified = [folder('export'), folder('transform'), folder('output'), folder('verify')];
    // The program runs no controllers.
    const unready = ['--ready-timeout=0', `--allow-unready=${workloads.join(',')}`];
    const surface = `--surface=${join(dir, 'validate', 'surface.json')}`;
    return [
      ['`kubectl-apply-files`', await run('kubectl-apply-files', folder('output'))],
      ['`kubectl-apply-files`, nothing changed', await run('kubectl-apply-files', folder('output'))],
      ['`crane-verify`', await run('crane-verify', destination, ...verified, ...unready)],
      ['`crane-validate`', await run('crane-validate', surface, folder('manifests', 'output'))],
    ];
  } finally {
    await cluster.stop();
  }
}

const workloads = ['Deployment.apps', 'StatefulSet.apps', 'DeploymentConfig.apps.openshift.io'];

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
  });
}

/** The helper's memory is that of its program, without rsync and stunnel, whose memory does not grow with the files. */
async function transferFiles(files: number): Promise<Row[]> {
  const [figures] = await benchVolumeTransfer({ files, largeMebibytes: 1, runs: 1, roundTrips: [0] });
  if (figures === undefined) throw new Error('no figures');
  return [
    ['`rsync -aHS` through stunnel, no proof', figures.plain],
    ['`crane-transfer-pvc`, with its proof', figures.ours],
    ['the same after 1 % of the files changed', figures.oursAgain],
  ];
}

async function scale(
  name: string,
  { sizes, run }: { readonly sizes: readonly number[]; readonly run: (n: number) => Promise<Row[]> },
): Promise<void> {
  console.log(`| ${name} | program | whole | each | peak memory |\n| --- | --- | --- | --- | --- |`);
  for (const size of sizes) {
    for (const [work, { exitCode, seconds, peakMebibytes }] of await run(size)) {
      if (exitCode !== 0) throw new Error(`${work} ended with ${String(exitCode)}`);
      const each = `${((seconds * 1000) / size).toFixed(3)} ms`;
      const cells = [
        size.toLocaleString('en'),
        work,
        `${seconds.toFixed(1)} s`,
        each,
        `${peakMebibytes.toFixed(0)} MiB`,
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}

const [name = '', ...numbers] = parseArgs({ allowPositionals: true }).positionals;
const kind = kinds[name];
if (kind === undefined || numbers.some((text) => !/^[1-9]\d*$/.test(text))) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await scale(name, numbers.length === 0 ? kind : { ...kind, sizes: numbers.map(Number) });
}
