import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { digestOf, buildImage, buildLayer, pushImage } from '../test/fakes/oci-images.ts';
import { startRegistry } from '../testbed/clusters/registry.ts';
import { bundleRun } from './bundle-run.ts';
import { fastestOf, measure, type Measurement } from './measure.ts';

/** One program: the archive, then its push to an empty registry. */
export interface ImageArchiveFigure {
  readonly contender: string;
  readonly write: Measurement;
  readonly push: Measurement;
}

const mebibyte = 1024 * 1024;
const layerCount = 4;
const memory = '/dev/shm';
const insecure = ['--insecure-policy', 'copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false'];

interface Job {
  /** Ours, bundled as the command line is: types that are stripped at the start take memory. */
  readonly program: string;
  readonly host: string;
  readonly digest: string;
  readonly file: string;
}

interface Contender {
  readonly name: string;
  readonly write: (job: Job) => readonly [string, ...string[]];
  readonly push: (job: Job) => readonly [string, ...string[]];
}

const contenders: readonly Contender[] = [
  {
    name: 'crane-tasks',
    write: ({ program, host, digest, file }) => [process.execPath, program, 'write', file, host, 'bench/app', digest],
    push: ({ program, host, file }) => [process.execPath, program, 'push', file, host, 'moved/app', '1'],
  },
  {
    name: 'skopeo copy, docker-archive',
    write: ({ host, digest, file }) => [
      'skopeo',
      ...insecure,
      `docker://${host}/bench/app@${digest}`,
      `docker-archive:${file}`,
    ],
    push: ({ host, file }) => ['skopeo', ...insecure, `docker-archive:${file}`, `docker://${host}/moved/app:1`],
  },
];

/**
 * Writes an archive of a 1 GiB image (without compression; half of it is random) and pushes it to an empty registry, by
 * ours and by skopeo in turns. All files are in memory where that is possible.
 */
export async function benchImageArchive(runs = 5): Promise<readonly ImageArchiveFigure[]> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-image-archive-'));
  const program = await bundleRun('image-archive-run', folder);
  const source = await startRegistry({ dir: path.join(folder, 'source') });
  const found = contenders.map((): ImageArchiveFigure[] => []);
  try {
    const layers = Array.from({ length: layerCount }, (_, number) =>
      buildLayer(`layer-${String(number)}`, halfRandom()),
    );
    const image = buildImage(layers, 'bench');
    await pushImage(source.host, 'bench/app:1', image);
    for (let round = 0; round < runs; round += 1) {
      for (const [index, contender] of contenders.entries()) {
        const figure = await measureOnce(contender, { folder, program, host: source.host, digest: image.digest });
        console.error(
          `${contender.name}: ${figure.write.seconds.toFixed(1)} s, push ${figure.push.seconds.toFixed(1)} s`,
        );
        found[index]?.push(figure);
      }
    }
    return contenders.map(({ name }, index) => ({
      contender: name,
      write: fastestOf((found[index] ?? []).map(({ write }) => write)),
      push: fastestOf((found[index] ?? []).map(({ push }) => push)),
    }));
  } finally {
    await source.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function halfRandom(): Buffer {
  const content = Buffer.alloc((1024 * mebibyte) / layerCount);
  for (let at = 0; at < content.length; at += mebibyte) randomBytes(mebibyte / 2).copy(content, at);
  return content;
}

async function measureOnce(
  contender: Contender,
  { folder, program, host, digest }: Omit<Job, 'file'> & { readonly folder: string },
): Promise<ImageArchiveFigure> {
  const run = await mkdtemp(path.join(folder, 'run-'));
  const destination = await startRegistry({ dir: path.join(run, 'destination') });
  const file = path.join(run, 'app-image.tar');
  // An empty home: skopeo remembers there which compressed layer belongs to which plain one.
  const environment = { ...process.env, HOME: run, XDG_DATA_HOME: run };
  try {
    const write = await measure(contender.write({ program, host, digest, file }), environment);
    const push = await measure(contender.push({ program, host: destination.host, digest, file }), environment);
    const arrived = await digestOf(destination.host, 'moved/app:1');
    if (write.exitCode !== 0 || push.exitCode !== 0 || arrived === undefined)
      throw new Error(`${contender.name} failed`);
    return { contender: contender.name, write, push };
  } finally {
    await destination.stop();
    await rm(run, { recursive: true, force: true });
  }
}
