import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { runMeasured, type Spent } from './cpu-time.ts';
import { fillWithLargeImage } from './large-image-source.ts';
import { fillSource, type ImageName, type SourceSize } from './image-copy-source.ts';
import { startRegistry } from '../testbed/clusters/registry.ts';
import { startDelayProxy } from '../test/fakes/delay-proxy.ts';
import { planText } from '../test/fakes/sync-scene.ts';

/** One line of the table: seconds, each the median of all runs. */
export interface ImageCopyFigure {
  readonly roundTripMilliseconds: number;
  readonly contender: string;
  readonly firstRunSeconds: number;
  /** Processor time of the first run, of the program and of all that it starts. */
  readonly firstRunProcessorSeconds: number;
  readonly nothingToDoSeconds: number;
}

export interface ImageCopyOptions extends SourceSize {
  readonly runs: number;
  /** Milliseconds. */
  readonly roundTrips: readonly number[];
  /** Fills the source, with the help of an empty folder, in the place of images of that size. */
  readonly fill?: (host: string, folder: string) => Promise<readonly ImageName[]>;
  /** Names of the programs to measure, ours among them; absent: all. */
  readonly programs?: readonly string[];
}

const memory = '/dev/shm';
/** nobody: a Task runs without root too, and skopeo's cache of blob places is then in the home folder. */
const user = 65_534;

const usual: ImageCopyOptions = { runs: 5, roundTrips: [20, 0], repositories: 40, ownLayers: 2, ownMebibytes: 1.2 };

/** One image of 4 GiB, by our program and by the one that copies a single image. */
export const largeImage: ImageCopyOptions = {
  ...usual,
  roundTrips: [20],
  fill: fillWithLargeImage,
  programs: ['crane-skopeo-sync', 'xargs -P8 skopeo copy'],
};

/**
 * Copies 40 repositories with shared layers by three programs, cold and again, at several distances. The registries
 * keep their content in memory where that is possible: the disk is the same for all, and would hide what differs.
 */
export async function benchImageCopy(options: ImageCopyOptions = usual): Promise<readonly ImageCopyFigure[]> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-image-copy-'));
  await chown(folder, user, user);
  const source = await startRegistry({ dir: path.join(folder, 'source') });
  try {
    const images = await (options.fill?.(source.host, folder) ?? fillSource(source.host, options));
    const measured = contenders.filter(({ name }) => options.programs?.includes(name) ?? true);
    const figures: ImageCopyFigure[] = [];
    for (const roundTrip of options.roundTrips) {
      const rounds: Map<string, Seconds>[] = [];
      for (let round = 0; round < options.runs; round += 1) {
        const seconds = new Map<string, Seconds>();
        // By turns: what slows the computer down for a while then slows all of them down.
        for (const contender of measured) {
          seconds.set(
            contender.name,
            await measureOnce({ folder, sourceHost: source.host, roundTrip, images, contender }),
          );
        }
        rounds.push(seconds);
      }
      figures.push(...measured.map(({ name }) => summarize(name, roundTrip, rounds)));
      for (const figure of figures.slice(-measured.length)) console.error(formatFigure(figure));
    }
    return figures;
  } finally {
    await source.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function summarize(contender: string, roundTrip: number, rounds: readonly Map<string, Seconds>[]): ImageCopyFigure {
  const runs = rounds.map((round) => round.get(contender)).filter((run) => run !== undefined);
  return {
    roundTripMilliseconds: roundTrip,
    contender,
    firstRunSeconds: median(runs.map(({ first }) => first.seconds)),
    firstRunProcessorSeconds: median(runs.map(({ first }) => first.processorSeconds)),
    nothingToDoSeconds: median(runs.map(({ second }) => second.seconds)),
  };
}

/** The figures as a Markdown table, with the ratios that count. */
export function formatTable(figures: readonly ImageCopyFigure[]): string {
  const rows = figures.map((figure) => {
    const ours = figures.find(
      (one) => one.contender === contenders[0]?.name && one.roundTripMilliseconds === figure.roundTripMilliseconds,
    );
    const ratio = (own: number, other: number | undefined): string =>
      other === undefined ? '' : `${(own / other).toFixed(1)}x`;
    const cells = [
      `${String(figure.roundTripMilliseconds)} ms`,
      figure.contender,
      `${figure.firstRunSeconds.toFixed(2)} s`,
      ratio(figure.firstRunSeconds, ours?.firstRunSeconds),
      `${figure.firstRunProcessorSeconds.toFixed(2)} s`,
      ratio(figure.firstRunProcessorSeconds, ours?.firstRunProcessorSeconds),
      `${figure.nothingToDoSeconds.toFixed(2)} s`,
      ratio(figure.nothingToDoSeconds, ours?.nothingToDoSeconds),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head =
    '| round trip | program | first run | against ours | its processor time | against ours | nothing to do | against ours |';
  return [head, '| --- | --- | --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

interface Seconds {
  readonly first: Spent;
  readonly second: Spent;
}

interface Case {
  readonly folder: string;
  readonly sourceHost: string;
  readonly roundTrip: number;
  readonly images: readonly ImageName[];
  readonly contender: Contender;
}

interface Job {
  readonly workspace: string;
  readonly source: string;
  readonly destination: string;
  readonly images: readonly ImageName[];
}

interface Contender {
  readonly name: string;
  /** Writes what the program reads, and gives its command. */
  readonly prepare: (job: Job) => Promise<readonly [string, ...string[]]>;
  readonly input?: (job: Job) => string;
}

const program = path.resolve(import.meta.dirname, '../dist/crane-tasks.mjs');
const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
const unverified = ['--source-registry-tls-verify=false', '--destination-registry-tls-verify=false'];

const contenders: readonly Contender[] = [
  {
    name: 'crane-skopeo-sync',
    async prepare({ workspace, source, destination, images }) {
      const entries = images.map((image, number) => ({
        source: `bench/app-${String(number)}`,
        destination: `moved/app-${String(number)}`,
        image,
        tags: ['latest'],
      }));
      await writeFile(path.join(workspace, 'plan.json'), planText(source, destination, entries));
      return [process.execPath, program, 'crane-skopeo-sync', `--skopeo-dir=${workspace}`, ...unverified];
    },
  },
  {
    name: 'crane-skopeo-sync, source file',
    async prepare(job) {
      await writeSourceFile(job);
      const target = [`--skopeo-dir=${job.workspace}`, `--destination-registry-public=${job.destination}`];
      const flags = [...target, '--destination-namespace=moved', ...unverified];
      return [process.execPath, program, 'crane-skopeo-sync', ...flags];
    },
  },
  {
    name: 'xargs -P8 skopeo copy',
    prepare: () =>
      Promise.resolve(['xargs', '-P8', '-n2', 'skopeo', '--insecure-policy', 'copy', '--all', '--quiet', ...insecure]),
    input: ({ source, destination, images }) =>
      images
        .map(
          (_, number) =>
            `docker://${source}/bench/app-${String(number)}:latest docker://${destination}/moved/app-${String(number)}:latest`,
        )
        .join('\n'),
  },
  {
    name: 'skopeo sync',
    async prepare(job) {
      await writeSourceFile(job);
      const file = path.join(job.workspace, 'source.yaml');
      return [
        'skopeo',
        '--insecure-policy',
        'sync',
        '--all',
        '--src=yaml',
        '--dest=docker',
        ...insecure,
        file,
        `${job.destination}/moved`,
      ];
    },
  },
];

async function writeSourceFile({ workspace, source, images }: Job): Promise<void> {
  const lines = images.map((_, number) => `    bench/app-${String(number)}: [latest]`);
  const text = [`${source}:`, '  tls-verify: false', '  images:', ...lines, ''].join('\n');
  await writeFile(path.join(workspace, 'source.yaml'), text);
}

async function measureOnce({ folder, sourceHost, roundTrip, images, contender }: Case): Promise<Seconds> {
  const workspace = await mkdtemp(path.join(folder, 'run-'));
  const registry = await startRegistry({ dir: path.join(workspace, 'destination') });
  const proxies = await Promise.all([
    startDelayProxy(sourceHost, roundTrip),
    startDelayProxy(registry.host, roundTrip),
  ]);
  const [source = '', destination = ''] =
    roundTrip === 0 ? [sourceHost, registry.host] : proxies.map(({ host }) => host);
  try {
    const job = { workspace, source, destination, images };
    const [file, ...args] = await contender.prepare(job);
    await giveAway(workspace);
    const time = (): Promise<Spent> =>
      runMeasured([file, ...args], {
        uid: user,
        gid: user,
        env: { HOME: workspace, XDG_RUNTIME_DIR: workspace },
        ...(contender.input === undefined ? { stdin: 'ignore' } : { input: contender.input(job) }),
      });
    const first = await time();
    await assertComplete(registry.host, images);
    return { first, second: await time() };
  } finally {
    await Promise.all([...proxies.map((proxy) => proxy.stop()), registry.stop()]);
    await rm(workspace, { recursive: true, force: true });
  }
}

/** The program under test writes here as another user; the registry's own folder stays as it is. */
async function giveAway(workspace: string): Promise<void> {
  await mkdir(path.join(workspace, 'reports'), { recursive: true });
  for (const name of [
    '.',
    'reports',
    ...(await readdir(workspace)).filter((entry) => /\.(?:json|yaml)$/.test(entry)),
  ]) {
    await chown(path.join(workspace, name), user, user);
  }
}

/** A contender that loses images would look fast. */
async function assertComplete(host: string, images: readonly ImageName[]): Promise<void> {
  for (const [number, image] of images.entries()) {
    const url = `http://${host}/v2/moved/app-${String(number)}/manifests/latest`;
    const answer = await fetch(url, { method: 'HEAD', headers: { accept: image.mediaType } });
    if (answer.headers.get('docker-content-digest') !== image.digest) throw new Error(`${url}: not the source's image`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function formatFigure(figure: ImageCopyFigure | undefined): string {
  if (figure === undefined) return '';
  const { roundTripMilliseconds, contender, firstRunSeconds, nothingToDoSeconds } = figure;
  return `${String(roundTripMilliseconds)} ms, ${contender}: ${firstRunSeconds.toFixed(2)} s, again ${nothingToDoSeconds.toFixed(2)} s`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: String(usual.runs) },
      'round-trips': { type: 'string', default: usual.roundTrips.join(',') },
      repositories: { type: 'string', default: String(usual.repositories) },
      'own-layers': { type: 'string', default: String(usual.ownLayers) },
      'own-mebibytes': { type: 'string', default: String(usual.ownMebibytes) },
    },
  });
  const figures = await benchImageCopy({
    runs: Number(values.runs),
    roundTrips: values['round-trips'].split(',').map(Number),
    repositories: Number(values.repositories),
    ownLayers: Number(values['own-layers']),
    ownMebibytes: Number(values['own-mebibytes']),
  });
  console.log(formatTable(figures));
  console.log(JSON.stringify(figures, undefined, 2));
}
