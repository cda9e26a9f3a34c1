import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { yamlCodec } from '../src/adapters/yaml/yaml-codec.ts';
import { programPath } from '../testbed/clusters/programs.ts';
import { fastestOf, measure, type Measurement } from './measure.ts';
import { writeMixedExport } from './mixed-export.ts';

const resources = 5000;
/** Resources that the peer is measured on: all of them would take minutes. */
const sample = 100;
const runs = 5;

export interface TransformFigures {
  readonly resources: number;
  /** With the built-in rules. */
  readonly builtIn: Measurement;
  /** With two batch plugins besides. */
  readonly batch: Measurement;
  readonly apply: Measurement;
  /** The processes of the two plugins alone, one for each resource and plugin, one after another as crane runs them. */
  readonly peer: { readonly sample: number; readonly seconds: number; readonly scaledSeconds: number };
}

/**
 * Transforms and renders 5,000 resources of ten kinds; then with two external plugins, side by side with what crane does:
 * one process for each resource and plugin. Of the peer only these processes are counted, measured on a sample.
 */
export async function benchTransform(): Promise<TransformFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-transform-'));
  try {
    await writeMixedExport(join(dir, 'export'), resources);
    const plugins = await writePlugins(join(dir, 'plugins'));
    const folder = { dir, resources };
    const measured: Record<'builtIn' | 'apply' | 'batch', Measurement[]> = { builtIn: [], apply: [], batch: [] };
    for (let run = 0; run < runs; run += 1) {
      measured.builtIn.push(await checked(folder, 'crane-transform'));
      measured.apply.push(await checked(folder, 'crane-apply'));
      measured.batch.push(await checked(folder, 'crane-transform', `--plugin-dir=${join(dir, 'plugins')}`));
    }
    const seconds = await runPeer(join(dir, 'export/resources/shop'), plugins);
    const peer = { sample, seconds, scaledSeconds: (seconds * resources) / sample };
    return {
      resources,
      builtIn: fastestOf(measured.builtIn),
      batch: fastestOf(measured.batch),
      apply: fastestOf(measured.apply),
      peer,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export interface RenderFigures {
  readonly transform: Measurement;
  readonly apply: Measurement;
  /** `kubectl kustomize` of the same resources, with a patch of two operations for all of them. */
  readonly kustomize: Measurement;
}

/** Transforms and renders resources, in turns with kustomize, which also reads, patches and writes them. */
export async function benchRender(count: number, rounds: number): Promise<RenderFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-render-'));
  const kustomize: [string, ...string[]] = [programPath('kubectl'), 'kustomize', join(dir, 'export')];
  try {
    await writeMixedExport(join(dir, 'export'), count);
    await writeKustomization(join(dir, 'export'));
    const measured: RenderFigures[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const transform = await checked({ dir, resources: count }, 'crane-transform');
      const apply = await checked({ dir, resources: count }, 'crane-apply');
      measured.push({ transform, apply, kustomize: await measure(kustomize) });
    }
    if (measured.some((each) => each.kustomize.exitCode !== 0)) throw new Error('kubectl kustomize failed');
    return {
      transform: fastestOf(measured.map(({ transform }) => transform)),
      apply: fastestOf(measured.map(({ apply }) => apply)),
      kustomize: fastestOf(measured.map((each) => each.kustomize)),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function writeKustomization(folder: string): Promise<void> {
  const names = await readdir(join(folder, 'resources/shop'));
  const patch = JSON.stringify(['uid', 'managedFields'].map((name) => ({ op: 'remove', path: `/metadata/${name}` })));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: names.map((name) => `resources/shop/${name}`),
    patches: [{ target: { kind: '.*' }, patch }],
  };
  await writeFile(join(folder, 'kustomization.yaml'), yamlCodec.format(kustomization));
}

/** The figures as a Markdown table. */
export function formatTransform({ resources: count, builtIn, batch, apply, peer }: TransformFigures): string {
  const each = (seconds: number): string => `${((seconds * 1000) / count).toFixed(2)} ms`;
  const row = (name: string, seconds: number, ratio: string): string =>
    `| ${name} | ${seconds.toFixed(2)} s | ${each(seconds)} | ${ratio} |`;
  const times = `${(peer.scaledSeconds / batch.seconds).toFixed(0)}x`;
  return [
    '| program | whole | each resource | against ours |',
    '| --- | --- | --- | --- |',
    row('`crane-transform`, built-in rules', builtIn.seconds, ''),
    row('`crane-transform`, two batch plugins besides', batch.seconds, '1x'),
    row(`one process for each resource and plugin, from ${String(peer.sample)} resources`, peer.scaledSeconds, times),
    row('`crane-apply`', apply.seconds, ''),
  ].join('\n');
}

interface BenchFolder {
  readonly dir: string;
  /** How many the export has. */
  readonly resources: number;
}

/**
 * Runs a task into a folder of its own: a file system makes files several times slower right after it removed thousands.
 * crane-apply reads what the first transformation wrote.
 */
async function checked(
  { dir, resources: expected }: BenchFolder,
  task: 'crane-transform' | 'crane-apply',
  ...flags: readonly string[]
): Promise<Measurement> {
  const first = join(dir, 'transform');
  const isFirst = task === 'crane-transform' && !existsSync(first);
  const target = isFirst ? first : await mkdtemp(join(dir, `${task}-`));
  const folders = task === 'crane-transform' ? { transform: target } : { transform: first, output: target };
  const given = Object.entries({ export: join(dir, 'export'), ...folders });
  const own = given.map(([name, path]) => `--${name}-dir=${path}`);
  const result = await measure(['node', 'dist/crane-tasks.mjs', task, ...own, ...flags]);
  const files = await readdir(join(target, 'resources/shop'));
  if (result.exitCode !== 0 || files.length !== expected) {
    throw new Error(`${task} ended with ${String(result.exitCode)} and ${String(files.length)} files`);
  }
  return result;
}

/** Two plugins of the batch form, which as crane runs them answer one document and end. */
async function writePlugins(folder: string): Promise<readonly string[]> {
  await mkdir(folder);
  const paths = ['colour', 'size'].map((label) => join(folder, label));
  for (const path of paths) {
    await writeFile(path, pluginText(path.slice(folder.length + 1)));
    await chmod(path, 0o755);
  }
  return paths;
}

function pluginText(label: string): string {
  const versions = { requestVersion: ['v1'], responseVersion: ['v1'] };
  const metadata = JSON.stringify({ name: label, version: 'v1', ...versions, batch: true });
  return `#!${process.execPath}
let rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  lines.forEach(answer);
}).on('end', () => rest === '' || answer(rest));
function answer(line) {
  const { request, metadata } = JSON.parse(line);
  const patches = [{ op: 'add', path: '/metadata/labels/${label}', value: metadata?.name ?? '' }];
  process.stdout.write((line === '{}' ? '${metadata}' : JSON.stringify({ request, patches })) + '\\n');
}
`;
}

async function runPeer(folder: string, plugins: readonly string[]): Promise<number> {
  const names = (await readdir(folder)).filter((_, index) => index % (resources / sample) === 0);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const documents = texts.map((text) => yamlCodec.parse(text, 'export')[0]);
  const inputs = documents.map((resource) => JSON.stringify({ ...Object(resource), extras: null }));
  const started = performance.now();
  for (const input of inputs) {
    for (const plugin of plugins) {
      const { status, stdout } = spawnSync(plugin, [], { input, env: { PATH: '' } });
      if (status !== 0 || !stdout.includes('"op":"add"')) throw new Error(`${plugin} failed`);
    }
  }
  return (performance.now() - started) / 1000;
}
