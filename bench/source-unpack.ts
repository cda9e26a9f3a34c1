import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { measure, middleOf, type Measurement } from './measure.ts';

export interface UnpackFigure {
  readonly archive: string;
  readonly ours: Measurement;
  readonly peer: string;
  readonly peerTime: Measurement;
}

const fileCount = 20_000;
const filesInFolder = 100;
const memory = '/dev/shm';
const wordCount = 3000;

interface Contender {
  readonly archive: string;
  readonly peer: string;
  readonly command: (archive: string, folder: string) => readonly [string, ...string[]];
}

const contenders: readonly Contender[] = [
  { archive: 'source.tgz', peer: 'tar -xzf', command: (archive, folder) => ['tar', '-xzf', archive, '-C', folder] },
  { archive: 'source.zip', peer: 'unzip -q', command: (archive, folder) => ['unzip', '-q', archive, '-d', folder] },
];

/** Unpacks archives of 20,000 text files of 4 KiB on average, in turns with its peers: medians. Files are in memory. */
export async function benchSourceUnpack(rounds = 5): Promise<readonly UnpackFigure[]> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-unpack-'));
  try {
    await writeFiles(path.join(folder, 'source'));
    await execa('tar', ['-czf', 'source.tgz', 'source'], { cwd: folder });
    await execa('zip', ['-qr', 'source.zip', 'source'], { cwd: folder });
    const figures: UnpackFigure[] = [];
    for (const { archive, peer, command } of contenders) {
      const [ours, theirs]: [Measurement[], Measurement[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(
          await run([process.execPath, 'dist/crane-tasks.mjs', 'source-unpack', ...flags(folder, archive)], folder),
        );
        theirs.push(await run(command(path.join(folder, archive), path.join(folder, 'app')), folder));
      }
      figures.push({ archive, ours: middleOf(ours), peer, peerTime: middleOf(theirs) });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Markdown table. */
export function formatUnpack(figures: readonly UnpackFigure[]): string {
  const rows = figures.map(({ archive, ours, peer, peerTime }) => {
    const cells = [ours, peerTime].map(({ seconds, peakMebibytes }) => [
      `${seconds.toFixed(2)} s`,
      `${peakMebibytes.toFixed(0)} MiB`,
    ]);
    const ratio = `${(ours.seconds / peerTime.seconds).toFixed(2)}x`;
    return `| ${[archive, ...(cells[0] ?? []), `\`${peer}\``, ...(cells[1] ?? []), ratio].join(' | ')} |`;
  });
  const header = ['archive', 'source-unpack', 'peak memory', 'peer', 'time', 'peak memory', 'ours against the peer'];
  return [`| ${header.join(' | ')} |`, `|${' --- |'.repeat(header.length)}`, ...rows].join('\n');
}

function flags(folder: string, archive: string): readonly string[] {
  return [`--source-dir=${folder}`, `--archive=${archive}`, '--keep-archive=true'];
}

async function run(command: readonly [string, ...string[]], folder: string): Promise<Measurement> {
  await rm(path.join(folder, 'app'), { recursive: true, force: true });
  await mkdir(path.join(folder, 'app'));
  const figure = await measure(command);
  if (figure.exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${String(figure.exitCode)}`);
  return figure;
}

/** The same files in each run of the bench: a generator with a fixed start chooses the words. */
async function writeFiles(folder: string): Promise<void> {
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const letter = (): string => String.fromCharCode('a'.charCodeAt(0) + next(26));
  const words = Array.from({ length: wordCount }, () => Array.from({ length: 2 + next(8) }, letter).join(''));
  for (let index = 0; index < fileCount; index += 1) {
    const place = path.join(folder, `part-${String(Math.floor(index / filesInFolder))}`);
    if (index % filesInFolder === 0) await mkdir(place, { recursive: true });
    const text = Array.from({ length: 100 + next(1100) }, () => words[next(words.length)] ?? '').join(' ');
    await writeFile(path.join(place, `file-${String(index)}.ts`), text);
  }
}
