import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { buildImage, buildLayer, digestOf, pushImage } from '../test/fakes/oci-images.ts';
import { startRegistry } from '../testbed/clusters/registry.ts';
import { bundleRun } from './bundle-run.ts';
import { changePackage, makeLibrary } from './library.ts';
import { fastestOf, measure, type Measurement } from './measure.ts';

/** One way to make an image of a folder and push it, from the first byte to the tag. */
export interface ContainerizeFigure {
  readonly contender: string;
  readonly whole: Measurement;
}

export interface ContainerizeFigures {
  readonly contenders: readonly ContainerizeFigure[];
  /** Bytes of layers that are sent after 1 % of the library changed, of all bytes of layers. */
  readonly sentAgain: number;
  readonly layers: number;
}

const mebibyte = 1024 * 1024;
const memory = '/dev/shm';
const library = '/app-library/lib/python3.11/site-packages';
const basePath = 'bench/base';

interface Job {
  readonly program: string;
  readonly host: string;
  readonly base: string;
  /** Holds the library, as the root of a container does. */
  readonly root: string;
  /** Empty, for this run. */
  readonly work: string;
}

interface Contender {
  readonly name: string;
  readonly command: (job: Job) => readonly [string, ...string[]];
}

const skopeo = 'skopeo --insecure-policy copy --quiet --src-tls-verify=false --dest-tls-verify=false';

function shell(script: string, ...values: readonly string[]): readonly [string, ...string[]] {
  return ['sh', '-ec', script, 'sh', ...values];
}

const contenders: readonly Contender[] = [
  {
    name: 'crane-tasks',
    command: (job) => [process.execPath, job.program, ...runArguments(job, 'scan', 'first')],
  },
  {
    name: 'crane-tasks, no scan',
    command: (job) => [process.execPath, job.program, ...runArguments(job, 'plain', 'first')],
  },
  {
    name: 'tar | gzip, umoci insert, skopeo copy',
    command: ({ host, base, root, work }) =>
      shell(
        `cd "$4"
        tar --create --directory "$3" app-library | gzip > library.tar.gz
        mkdir files && tar --extract --gunzip --file library.tar.gz --directory files
        ${skopeo} "docker://$1/${basePath}@$2" oci:image:base
        umoci insert --image image:base files/app-library /app-library
        ${skopeo} oci:image:base "docker://$1/moved/app:1"`,
        host,
        base,
        root,
        work,
      ),
  },
  {
    name: 'tar, umoci raw add-layer, skopeo copy',
    command: ({ host, base, root, work }) =>
      shell(
        `cd "$4"
        tar --create --file library.tar --directory "$3" app-library
        ${skopeo} "docker://$1/${basePath}@$2" oci:image:base
        umoci raw add-layer --image image:base library.tar
        ${skopeo} oci:image:base "docker://$1/moved/app:1"`,
        host,
        base,
        root,
        work,
      ),
  },
  {
    name: 'buildah copy, commit, push',
    command: ({ host, base, root, work }) =>
      shell(
        `run() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver overlay "$@"; }
        work="$4"
        container=$(run from --tls-verify=false "$1/${basePath}@$2")
        run copy --quiet "$container" "$3/app-library" /app-library
        run commit --quiet "$container" moved
        run push --quiet --tls-verify=false moved "docker://$1/moved/app:1"`,
        host,
        base,
        root,
        work,
      ),
  },
];

function runArguments({ host, base, root, work }: Job, mode: 'scan' | 'plain', tag: string): readonly string[] {
  return [mode, root, '/app-library', host, basePath, base, 'moved/app', tag, work, path.join(work, `${tag}.json`)];
}

/**
 * Makes an image of a library of 1 GiB in 20,000 files and pushes it to the registry that has its base image, by ours and
 * by others in turns, and by ours again after 1 % of the library changed. All files are in memory where that is possible.
 */
export async function benchContainerize(runs = 5): Promise<ContainerizeFigures> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-containerize-'));
  try {
    const program = await bundleRun('containerize-run', folder);
    const root = path.join(folder, 'root');
    const onePackage = await makeLibrary(path.join(root, library));
    const found = contenders.map((): Measurement[] => []);
    let again = { sentAgain: 0, layers: 0 };
    for (let round = 0; round < runs; round += 1) {
      for (const [index, contender] of contenders.entries()) {
        const after = index === 0 && round === runs - 1 ? () => changePackage(onePackage) : undefined;
        const result = await measureOnce(contender, { folder, program, root, after });
        console.error(
          `${contender.name}: ${result.whole.seconds.toFixed(1)} s, ${result.whole.peakMebibytes.toFixed(0)} MiB`,
        );
        found[index]?.push(result.whole);
        again = result.again ?? again;
      }
    }
    const figures = contenders.map(({ name }, index) => ({ contender: name, whole: fastestOf(found[index] ?? []) }));
    return { contenders: figures, ...again };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Round {
  readonly folder: string;
  readonly program: string;
  readonly root: string;
  /** Changes the library; then the image is made again. */
  readonly after: (() => Promise<void>) | undefined;
}

async function measureOnce(
  contender: Contender,
  { folder, program, root, after }: Round,
): Promise<{
  readonly whole: Measurement;
  readonly again: { readonly sentAgain: number; readonly layers: number } | undefined;
}> {
  const work = await mkdtemp(path.join(folder, 'run-'));
  const registry = await startRegistry({ dir: path.join(work, 'registry') });
  const environment = { ...process.env, HOME: work, XDG_DATA_HOME: work, TMPDIR: work };
  try {
    const image = buildImage([buildLayer('base', randomBytes(64 * mebibyte))], {});
    await pushImage(registry.host, `${basePath}:1`, image);
    await mkdir(path.join(work, 'work'));
    const job = { program, host: registry.host, base: image.digest, root, work: path.join(work, 'work') };
    const whole = await measure(contender.command(job), environment);
    const tag = contender.name.startsWith('crane-tasks') ? 'first' : '1';
    if (whole.exitCode !== 0 || (await digestOf(registry.host, `moved/app:${tag}`)) === undefined)
      throw new Error(`${contender.name} failed`);
    await after?.();
    return { whole, again: after === undefined ? undefined : await buildAgain(job, environment) };
  } finally {
    await registry.stop();
    await rm(work, { recursive: true, force: true });
  }
}

async function buildAgain(
  job: Job,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly sentAgain: number; readonly layers: number }> {
  await measure([process.execPath, job.program, ...runArguments(job, 'scan', 'second')], environment);
  const first = new Set((await layersOf(job, 'first')).map(({ digest }) => digest));
  const second = await layersOf(job, 'second');
  const sum = (layers: readonly { readonly size: number }[]): number => layers.reduce((all, { size }) => all + size, 0);
  return { sentAgain: sum(second.filter(({ digest }) => !first.has(digest))) / sum(second), layers: second.length };
}

async function layersOf(
  { work }: Job,
  tag: string,
): Promise<readonly { readonly digest: string; readonly size: number }[]> {
  const text = await readFile(path.join(work, `${tag}.json`), 'utf8');
  return JSON.parse(text) as readonly { readonly digest: string; readonly size: number }[];
}
